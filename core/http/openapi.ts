import * as z from 'zod/mini';
import type { Routes } from './api.ts';
import { PROBLEMS, type ProblemType } from './problem.ts';
import type { Route } from './route.ts';
import { type Answer, HEADERS, REQUEST_HEADERS } from './route-doc.ts';

type Json = Record<string, unknown>;

/** The calls of a function under the name that the document groups them by. */
export type Group = { readonly tag: string; readonly description: string; readonly routes: Routes };

const jsonObjectSchema = z.record(z.string(), z.unknown());
const hasDefinitionsSchema = z.looseObject({ $defs: z.optional(z.record(z.string(), jsonObjectSchema)) });

/** Problems that every call can meet, and those of calls with a part to check or with a body. */
const ALWAYS: readonly ProblemType[] = ['invalid-input', 'not-authenticated', 'internal-error', 'unavailable'];
const WITH_BODY: readonly ProblemType[] = ['too-large', 'unsupported-media-type'];

/** What API Gateway answers before a function is asked. */
const GATEWAY_ANSWERS = [
  { status: 401, description: 'The token is missing, expired, or for another audience', message: 'Unauthorized' },
  { status: 403, description: 'The token lacks a scope', message: 'Forbidden' },
  { status: 429, description: 'Too many requests', message: 'Too Many Requests' },
  { status: 500, description: 'The function ended without an answer', message: 'Internal Server Error' },
  { status: 503, description: 'The function timed out', message: 'Service Unavailable' },
] as const;

/** Schemas by the id that they carry, collected while the document is written. */
type Components = {
  readonly schemas: Readonly<Record<string, Json>>;
  /** A schema as OpenAPI 3.1 writes it; one with an id becomes a component. */
  readonly take: (schema: z.ZodMiniType, io: 'input' | 'output') => Json;
};

const relink = ({ id: _, ...schema }: Json): Json =>
  jsonObjectSchema.parse(JSON.parse(JSON.stringify(schema).replaceAll('#/$defs/', '#/components/schemas/')));

const createComponents = (): Components => {
  const schemas: Record<string, Json> = {};
  return {
    schemas,
    take: (schema, io) => {
      const { $schema: _, $defs = {}, ...written } = hasDefinitionsSchema.parse(z.toJSONSchema(schema, { io }));
      for (const [id, definition] of Object.entries($defs)) schemas[id] = relink({ ...definition });
      return relink(written);
    },
  };
};

const propertiesSchema = z.looseObject({
  properties: z._default(z.record(z.string(), jsonObjectSchema), {}),
  required: z._default(z.array(z.string()), []),
});

/** A query says numbers in digits: what is checked as text is told as the number that it is. */
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

const answerOf = (components: Components, { description, schema, example, headers = [] }: Answer): Json => ({
  description,
  ...(headers.length > 0 && {
    headers: Object.fromEntries(headers.map((name) => [name, { ...HEADERS[name], schema: { type: 'string' } }])),
  }),
  ...(schema && {
    content: {
      'application/json': { schema: components.take(schema, 'output'), ...(example !== undefined && { example }) },
    },
  }),
});

const problemExample = (type: ProblemType): Json => ({
  type: `urn:gatebell:problem:${type}`,
  ...PROBLEMS[type],
  ...(type === 'invalid-input' && {
    errors: [{ path: 'name', message: "Can't be empty" }],
  }),
});

const problemAnswer = (types: readonly ProblemType[]): Json => ({
  description: types.map((type) => PROBLEMS[type].title).join('; '),
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      examples: Object.fromEntries(types.map((type) => [type, { value: problemExample(type) }])),
    },
  },
});

const withGateway = (answers: Record<string, Json>): Record<string, Json> => {
  const all = { ...answers };
  for (const { status, description, message } of GATEWAY_ANSWERS) {
    const before = z.looseObject({ description: z.string(), content: jsonObjectSchema }).safeParse(all[status]);
    const schema = { $ref: '#/components/schemas/GatewayMessage' };
    all[status] = {
      description: before.success ? `${before.data.description}; or: ${description}` : description,
      content: { ...(before.data?.content ?? {}), 'application/json': { schema, example: { message } } },
    };
  }
  return all;
};

const answersOf = (components: Components, route: Route): Record<string, Json> => {
  const types = [...new Set([...ALWAYS, ...(route.body ? WITH_BODY : []), ...route.doc.problems])];
  const byStatus = Map.groupBy(types, (type) => PROBLEMS[type].status);
  return withGateway({
    ...Object.fromEntries(
      Object.entries(route.doc.answers).map(([status, answer]) => [status, answerOf(components, answer)]),
    ),
    ...Object.fromEntries([...byStatus].map(([status, types]) => [String(status), problemAnswer(types)])),
  });
};

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

const PROBLEM_SCHEMA = z.strictObject({
  type: z.string().register(z.globalRegistry, { description: 'A URN that identifies the problem type' }),
  title: z.string(),
  status: z.int(),
  detail: z.optional(z.string()),
  errors: z
    .optional(z.array(z.strictObject({ path: z.string(), message: z.string() })))
    .register(z.globalRegistry, { description: 'The invalid fields; the path is empty for the whole body' }),
});

const GATEWAY_SCHEMA = z.looseObject({ message: z.nullable(z.string()) });

/** The description of the description. */
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

/** Writes the OpenAPI document of the API from the very schemas that its routes check requests with; `event` is what signed webhooks get. */
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
    Problem: components.take(PROBLEM_SCHEMA, 'output'),
    GatewayMessage: components.take(GATEWAY_SCHEMA, 'output'),
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
