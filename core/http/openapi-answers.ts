import * as z from 'zod/mini';
import { type Components, type Json, jsonObjectSchema } from './openapi-components.ts';
import { PROBLEMS, type ProblemType } from './problem.ts';
import type { Route } from './route.ts';
import { type Answer, HEADERS } from './route-doc.ts';

/** Problems of every operation, and of those with a body. */
const ALWAYS: readonly ProblemType[] = ['invalid-input', 'not-authenticated', 'internal-error', 'unavailable'];
const WITH_BODY: readonly ProblemType[] = ['too-large', 'unsupported-media-type'];

/** Error responses of API Gateway itself. */
const GATEWAY_ANSWERS = [
  { status: 401, description: 'The token is missing, expired, or for another audience', message: 'Unauthorized' },
  { status: 403, description: 'The token lacks a scope', message: 'Forbidden' },
  { status: 429, description: 'Too many requests', message: 'Too Many Requests' },
  { status: 500, description: 'The function ended without an answer', message: 'Internal Server Error' },
  { status: 503, description: 'The function timed out', message: 'Service Unavailable' },
] as const;

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

/** The responses of an operation, by status. */
export const answersOf = (components: Components, route: Route): Record<string, Json> => {
  const types = [...new Set([...ALWAYS, ...(route.body ? WITH_BODY : []), ...route.doc.problems])];
  const byStatus = Map.groupBy(types, (type) => PROBLEMS[type].status);
  return withGateway({
    ...Object.fromEntries(
      Object.entries(route.doc.answers).map(([status, answer]) => [status, answerOf(components, answer)]),
    ),
    ...Object.fromEntries([...byStatus].map(([status, types]) => [String(status), problemAnswer(types)])),
  });
};

/** A problem (RFC 9457). */
export const problemSchema = z.strictObject({
  type: z.string().register(z.globalRegistry, { description: 'A URN that identifies the problem type' }),
  title: z.string(),
  status: z.int(),
  detail: z.optional(z.string()),
  errors: z
    .optional(z.array(z.strictObject({ path: z.string(), message: z.string() })))
    .register(z.globalRegistry, { description: 'The invalid fields; the path is empty for the whole body' }),
});

/** An error response of API Gateway. */
export const gatewayMessageSchema = z.looseObject({ message: z.nullable(z.string()) });
