import * as z from 'zod/mini';
import type { Reply } from './reply.ts';
import { validationMessage } from './validation-message.ts';

// zod/mini has no messages by itself.
z.config({ localeError: validationMessage });

/** The problem types of the API: what `type` ends with, its status and its title (RFC 9457). */
export const PROBLEMS = {
  'invalid-input': { status: 400, title: 'The request is invalid' },
  'not-authenticated': { status: 401, title: "The access token doesn't identify a user or client" },
  forbidden: { status: 403, title: 'Your role does not allow this' },
  'not-found': { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'The request conflicts with the current state' },
  'precondition-failed': { status: 412, title: 'The resource has changed since you read it' },
  'too-large': { status: 413, title: 'The request body is too large' },
  'unsupported-media-type': { status: 415, title: 'The request body must be application/json' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'internal-error': { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const;

export type ProblemType = keyof typeof PROBLEMS;

/** An invalid field: its dotted `path` (empty for the whole body), and a message. */
export type FieldError = { readonly path: string; readonly message: string };

export type ProblemDetails = { readonly detail?: string; readonly errors?: readonly FieldError[] };

/** An `application/problem+json` reply (RFC 9457). */
export const problem = (type: ProblemType, details: ProblemDetails = {}): Reply => ({
  status: PROBLEMS[type].status,
  headers: { 'content-type': 'application/problem+json' },
  body: { type: `urn:gatebell:problem:${type}`, ...PROBLEMS[type], ...details },
});

/** Seconds after which a throttle or an outage may have passed. */
const RETRY_AFTER_SECONDS = 5;

/** The reply to a request that wrote nothing and may succeed later (RFC 9110, 10.2.3). */
export const retryLater = (detail: string): Reply => {
  const reply = problem('unavailable', { detail });
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(RETRY_AFTER_SECONDS) } };
};

export const invalidInput = (errors: readonly FieldError[]): Reply => problem('invalid-input', { errors });

export const invalidField = (path: string, message: string): Reply => invalidInput([{ path, message }]);

/** The invalid fields that zod found, with each unknown field by name. `root`: the path for the whole input. */
export const fieldErrors = (error: z.core.$ZodError, root = ''): FieldError[] =>
  error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'Unknown field' }));
    }
    return [{ path: path.join('.') || root, message: issue.message }];
  });
