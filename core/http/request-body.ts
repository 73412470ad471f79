import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { invalidField, problem } from './problem.ts';
import type { Reply } from './reply.ts';

const MAX_BYTES = 1_000_000;

export type ReadBody =
  | { readonly kind: 'read'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly reply: Reply };

const refused = (reply: Reply): ReadBody => ({ kind: 'refused', reply });

/** The body of a request as it was sent. */
export const bytesOf = (event: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Buffer =>
  Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');

const isJson = (contentType: string | undefined): boolean =>
  contentType === undefined || /^application\/json\s*(;|$)/i.test(contentType.trim());

/** Reads the body of a request as JSON: at most 1 MB, UTF-8. The value is not checked yet. */
export const readBody = (event: APIGatewayProxyEventV2): ReadBody => {
  if (!isJson(event.headers['content-type'])) return refused(problem('unsupported-media-type'));
  const bytes = bytesOf(event);
  if (bytes.length > MAX_BYTES) return refused(problem('too-large', { detail: `At most ${MAX_BYTES} bytes` }));
  if (bytes.length === 0) return refused(invalidField('', 'A JSON body is required'));
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { kind: 'read', value: JSON.parse(text) };
  } catch {
    return refused(invalidField('', "The body isn't valid JSON"));
  }
};
