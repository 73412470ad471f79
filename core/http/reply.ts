import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** The reply of a route. `body` is sent as JSON; without it, the response has no body (204). */
export type Reply = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Responses can contain secrets: no cache may store them, and no browser may guess their type. */
const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** The reply in the payload format 2.0 of HTTP APIs. */
export const toResult = (reply: Reply): APIGatewayProxyStructuredResultV2 => ({
  statusCode: reply.status,
  headers: {
    ...ALWAYS,
    ...(reply.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...reply.headers,
  },
  ...(reply.body === undefined ? {} : { body: JSON.stringify(reply.body) }),
});
