import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** What a route answers; `body` is sent as JSON, and left out where there is none (204). */
export type Reply = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Answers are personal and may hold secrets: no cache keeps them, and no browser guesses their type. */
const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** The reply in the form that an HTTP API takes from a function (payload format 2.0). */
export const toResult = (reply: Reply): APIGatewayProxyStructuredResultV2 => ({
  statusCode: reply.status,
  headers: {
    ...ALWAYS,
    ...(reply.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...reply.headers,
  },
  ...(reply.body === undefined ? {} : { body: JSON.stringify(reply.body) }),
});
