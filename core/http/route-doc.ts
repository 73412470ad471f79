import * as z from 'zod/mini';
import { IDEMPOTENCY_KEY } from '../idempotency/idempotency.ts';
import type { ProblemType } from './problem.ts';

/** A successful response. Without a schema it has no body. */
export type Answer = {
  readonly description: string;
  readonly schema?: z.ZodMiniType;
  readonly example?: unknown;
  readonly headers?: readonly (keyof typeof HEADERS)[];
};

/** The documentation of a route, besides the schemas of its request. */
export type RouteDoc = {
  /** `operationId`. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Problems in addition to those of every route. */
  readonly problems: readonly ProblemType[];
  readonly requestHeaders?: readonly (keyof typeof REQUEST_HEADERS)[];
  readonly requestExample?: unknown;
};

/** Response headers. */
export const HEADERS = {
  etag: { description: 'The version of the resource, for If-Match or If-None-Match' },
  location: { description: 'The path of the new resource' },
} as const;

/** Request headers. */
export const REQUEST_HEADERS = {
  'if-match': {
    description: 'The ETag that the resource must have, otherwise 412',
    schema: { type: 'string', pattern: String.raw`^((W/)?"\d{1,15}"|\*)$` },
  },
  'idempotency-key': {
    description:
      'Identifies this request. A repeated request with the same key and body within 24 hours gets the same response and writes nothing. Keys are separate for each caller. A different body gets 422.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: IDEMPOTENCY_KEY.source },
  },
  'if-none-match': {
    description: 'The ETag of an earlier response; 304 if nothing changed',
    schema: { type: 'string' },
  },
} as const;

const LEFT_OUT = {
  description:
    "Ids of items that are omitted because they can't be read. Only for administrators, and only if there are any.",
};

/** The field with the ids of omitted items, for administrators. */
export const unreadableIdsSchema = z.optional(z.array(z.string())).register(z.globalRegistry, LEFT_OUT);

/** That field, if the caller is an administrator and items were omitted. */
export const markUnreadable = (
  ids: readonly string[],
  { isAdministrator }: { readonly isAdministrator: boolean },
): { readonly unreadable?: string[] } => (isAdministrator && ids.length > 0 ? { unreadable: [...ids] } : {});

/** The response of a list: a page, and the cursor of the next one. */
export const pageOf = (entry: z.ZodMiniType) =>
  z.strictObject({
    results: z.array(entry),
    next: z.nullable(z.string()).register(z.globalRegistry, {
      description: 'The cursor of the next page, or null. A short page can have one, too.',
    }),
    unreadable: unreadableIdsSchema,
  });
