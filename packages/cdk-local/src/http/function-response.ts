/**
 * What a function's answer becomes as an HTTP response, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.v2
 */
import { z } from 'zod';

export type HttpResponse = {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
};

const structuredSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
});

export const messageResponse = (
  status: number,
  message: string,
  headers: Record<string, string> = {},
): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  cookies: [],
  body: Buffer.from(JSON.stringify({ message })),
});

/** Undefined when the payload is no valid response: the gateway answers 500 then. */
export const functionResponse = (payload: unknown): HttpResponse | undefined => {
  if (typeof payload === 'object' && payload !== null && 'statusCode' in payload) {
    const parsed = structuredSchema.safeParse(payload);
    if (!parsed.success) return undefined;
    const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
    const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    return {
      status: statusCode,
      headers: { 'content-type': 'text/plain;charset=UTF-8', ...lowered },
      cookies,
      body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
    };
  }
  // Without a status the gateway infers: 200, JSON, and the value itself as the body.
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(text ?? '') };
};
