import { createHash } from 'node:crypto';
import type { Reply } from './reply.ts';

/** The weak ETag of what an answer tells: the same for equal content, whatever its cursors look like. */
export const etagOf = (content: unknown): string =>
  `W/"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`;

/** The reply under its ETag, or 304 where the caller has it: who polls is answered in a few bytes. */
export const replyUnlessUnchanged = (reply: Reply, etag: string, ifNoneMatch: string | null): Reply => {
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim());
  if (known.includes(etag) || known.includes('*')) return { status: 304, headers: { etag } };
  return { ...reply, headers: { ...reply.headers, etag } };
};
