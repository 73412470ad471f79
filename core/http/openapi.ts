import * as z from 'zod/mini';
import type { Routes } from './api.ts';
import { answersOf, gatewayMessageSchema, problemSchema } from './openapi-answers.ts';
import { type Components, createComponents, type Json, jsonObjectSchema } from './openapi-components.ts';
import type { Route } from './route.ts';
import { REQUEST_HEADERS } from './route-doc.ts';

/** The routes of a function, and their tag in the document. */
export type Group = { readonly tag: string; readonly description: string; readonly routes: Routes };

const propertiesSchema = z.looseObject({
  properties: z._default(z.record(z.string(), jsonObjectSchema), {}),
  required: z._default(z.array(z.string()), []),
});

/** Query parameters are validated as text. The document shows the ones with an integer as numbers. */
const asNumber = (schema: Json): Json => {
  if (schema['type'] !== 'integer') return schema;
  const { pattern: _, default: standard, ...number } = schema;
  return { ...number, ...(standard === undefined ? {} : { default: Number(standard) }) };
};

const parametersIn = (components: Components, place: 'path' | 'query', schema: z.ZodMiniType): Json[] => {
  const { properties: parts, required } = propertiesSchema.parse(components.take(schema, 'input'));
  return Object.entries(parts).map(([name, { description, ...part }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: asNumber(part),
  }));
};

const headerParameters = ({ doc }: Route): Json[] =>
  (doc.requestHeaders ?? []).map((name) => ({ name, in: 'header', required: false, ...REQUEST_HEADERS[name] }));

const operationOf = (components: Components, tag: string, route: Route): Json => {
  const { id, summary, description, requestExample } = route.doc;
  const parameters = [
    ...parametersIn(components, 'path', route.path),
    ...parametersIn(components, 'query', route.query),
    ...headerParameters(route),
  ];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: components.take(route.body, 'input'),
            ...(requestExample !== undefined && { example: requestExample }),
          },
        },
      },
    }),
    responses: answersOf(components, route),
  };
};

/** The operation that returns this document. */
const SELF: Json = {
  operationId: 'readOpenApi',
  tags: ['api'],
  summary: 'This document',
  security: [],
  responses: {
    200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
    429: {
      description: 'Too many requests',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/GatewayMessage' } } },
    },
  },
};

const header = (name: string, description: string): Json => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
});

/** What Gatebell posts to signed webhooks (standardwebhooks.com). */
const eventWebhook = (schema: Json): Json => ({
  post: {
    operationId: 'receiveEvent',
    summary: 'An event that Gatebell posts to a signed webhook',
    description: 'Verify the signature of the body before you parse it.',
    security: [],
    parameters: [
      header('webhook-id', 'Identifies the message. It stays the same over retries.'),
      header('webhook-timestamp', 'When it was sent, in seconds since the epoch'),
      header('webhook-signature', 'Signatures with each valid secret, separated by spaces: v1,BASE64'),
    ],
    requestBody: { required: true, content: { 'application/json': { schema } } },
    responses: {
      '2XX': { description: 'The message is delivered' },
      410: { description: 'The receiver takes no more messages: the channel is marked as broken' },
      default: { description: 'The message is sent again later, or fails' },
    },
  },
});

/** Builds the OpenAPI document from the schemas that validate requests. `event`: the schema of events for signed webhooks. */
export const buildOpenApi = (groups: readonly Group[], event: z.ZodMiniType | null): Json => {
  const components = createComponents();
  const paths: Record<string, Json> = {};
  for (const { tag, routes } of groups) {
    for (const [key, route] of Object.entries(routes)) {
      const [method = '', path = ''] = key.split(' ');
      paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(components, tag, route) };
    }
  }
  const webhooks = event && { event: eventWebhook(components.take(event, 'output')) };
  const schemas = {
    ...components.schemas,
    Problem: components.take(problemSchema, 'output'),
    GatewayMessage: components.take(gatewayMessageSchema, 'output'),
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Gatebell',
      version: '1',
      description: 'Notifies teams when a security gate changes, an exception occurs, or a background task fails.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The origin of this document' }],
    security: [{ token: [] }],
    tags: [
      ...groups.map(({ tag, description }) => ({ name: tag, description })),
      { name: 'api', description: 'The API itself' },
    ],
    paths: { ...paths, '/api/openapi.json': { get: SELF } },
    ...(webhooks && { webhooks }),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas,
    },
  };
};
