import { createHash } from 'node:crypto';
import type { Reply } from './reply.ts';

/** The weak ETag of a reply's content without its cursors: the same for equal content. */
export const etagOf = (content: unknown): string =>
  `W/"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`;

/** The reply with its ETag, or 304 if the caller has that version: polling costs a few bytes. */
export const replyUnlessUnchanged = (reply: Reply, etag: string, ifNoneMatch: string | null): Reply => {
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim());
  if (known.includes(etag) || known.includes('*')) return { status: 304, headers: { etag } };
  return { ...reply, headers: { ...reply.headers, etag } };
};
