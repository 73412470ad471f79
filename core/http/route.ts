import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import * as z from 'zod/mini';
import { parseKeyedRequest } from '../idempotency/idempotency.ts';
import type { KeyedRequest } from '../idempotency/model.ts';
import { storedTextSchema } from '../platform/text/stored-text.ts';
import type { Caller } from './caller.ts';
import { fieldErrors, invalidField, invalidInput } from './problem.ts';
import type { Reply } from './reply.ts';
import { readBody } from './request-body.ts';
import type { RouteDoc } from './route-doc.ts';

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

/**
 * A validated request. `ifMatch`: the version in the If-Match header; `ifNoneMatch`: that header unchanged. Null without
 * the header.
 */
export type Request<Path, Query, Body> = {
  readonly caller: Caller;
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  readonly ifMatch: number | null;
  readonly ifNoneMatch: string | null;
  /** The request with its idempotency key; null without one, or if the route doesn't accept it. */
  readonly keyed: KeyedRequest | null;
  /** API Gateway's request id, as in the response header `apigw-requestid`. */
  readonly requestId: string;
};

/** A route of the API. `answer` validates a request and replies. The other fields describe it for the API description. */
export type Route = {
  readonly answer: (event: Event, caller: Caller) => Promise<Reply>;
  readonly path: z.ZodMiniType;
  readonly query: z.ZodMiniType;
  /** Undefined for a route without a body. */
  readonly body: z.ZodMiniType | undefined;
  readonly doc: RouteDoc;
};

/** An id in a path. Any text is valid: an unknown id is answered with 404. */
export const pathIdSchema = storedTextSchema.check(z.minLength(1), z.maxLength(128));

type Parts<Path, Query, Body> = {
  readonly doc: RouteDoc;
  readonly path: z.ZodMiniType<Path>;
  readonly query: z.ZodMiniType<Query>;
  readonly body: z.ZodMiniType<Body>;
  readonly handle: (request: Request<Path, Query, Body>) => Promise<Reply>;
};

const readIfMatch = (header: string | undefined): number | null | 'malformed' => {
  if (header === undefined || header.trim() === '*') return null;
  // CloudFront makes the ETag of an answer that it compresses a weak one; the version is the same.
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(header.trim())?.[1];
  return version === undefined ? 'malformed' : Number(version);
};

const keyedOf = (
  { requestHeaders = [] }: RouteDoc,
  event: Event,
  caller: Caller,
): ReturnType<typeof parseKeyedRequest> =>
  requestHeaders.includes('idempotency-key') ? parseKeyedRequest(event, caller) : null;

/** Validates the parts of a request and passes them to the route. Unknown fields are refused. */
const answering =
  <Path, Query, Body>(parts: Parts<Path, Query, Body>, hasBody: boolean): Route['answer'] =>
  async (event, caller) => {
    const path = parts.path.safeParse(event.pathParameters ?? {});
    if (!path.success) return invalidInput(fieldErrors(path.error));
    const query = parts.query.safeParse(event.queryStringParameters ?? {});
    if (!query.success) return invalidInput(fieldErrors(query.error));
    const ifMatch = readIfMatch(event.headers['if-match']);
    if (ifMatch === 'malformed') return invalidField('if-match', 'Must be one ETag from an earlier response');
    const read = hasBody ? readBody(event) : { kind: 'read' as const, value: undefined };
    if (read.kind === 'refused') return read.reply;
    const body = parts.body.safeParse(read.value);
    if (!body.success) return invalidInput(fieldErrors(body.error));
    const keyed = keyedOf(parts.doc, event, caller);
    if (keyed === 'malformed') return invalidField('idempotency-key', 'Must be 1 to 255 visible ASCII characters');
    const ifNoneMatch = event.headers['if-none-match'] ?? null;
    const { requestId } = event.requestContext;
    const checked = { path: path.data, query: query.data, body: body.data };
    return parts.handle({ caller, ...checked, ifMatch, ifNoneMatch, keyed, requestId });
  };

const nothingSchema = z.strictObject({});
const noBodySchema = z.undefined();

/** A route without a body. */
export const readRoute = <Path, Query = Record<string, never>>(parts: {
  readonly doc: RouteDoc;
  readonly path: z.ZodMiniType<Path>;
  readonly query: z.ZodMiniType<Query>;
  readonly handle: (request: Request<Path, Query, undefined>) => Promise<Reply>;
}): Route => ({ ...parts, body: undefined, answer: answering({ ...parts, body: noBodySchema }, false) });

/** A route with a JSON body and no query. */
export const writeRoute = <Path, Body>(parts: {
  readonly doc: RouteDoc;
  readonly path: z.ZodMiniType<Path>;
  readonly body: z.ZodMiniType<Body>;
  readonly handle: (request: Request<Path, Record<string, never>, Body>) => Promise<Reply>;
}): Route => ({ ...parts, query: nothingSchema, answer: answering({ ...parts, query: nothingSchema }, true) });

/** The schema for a route without path parameters, or without a query. */
export const NONE = nothingSchema;
