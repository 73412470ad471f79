import { gzipSync } from 'node:zlib';
import type { HttpResponse } from './function-response.ts';

/** Of CloudFront's list, what a page and its API have. */
const TYPES =
  /^(application\/(javascript|json|xml|x-javascript)|text\/(css|html|javascript|plain|xml)|image\/svg\+xml)\b/;
const MINIMUM_BYTES = 1_000;
const MAXIMUM_BYTES = 10_000_000;
const STATUSES = [200, 403, 404];

/**
 * The answer as CloudFront compresses it: a strong ETag becomes a weak one. Brotli, which CloudFront prefers, is left out here.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
 */
export const compress = (answer: HttpResponse, acceptEncoding: string | undefined): HttpResponse => {
  const { status, headers, body } = answer;
  const isFit =
    STATUSES.includes(status) &&
    body.length >= MINIMUM_BYTES &&
    body.length <= MAXIMUM_BYTES &&
    headers['content-encoding'] === undefined &&
    TYPES.test(headers['content-type'] ?? '');
  if (!isFit || !/\bgzip\b/.test(acceptEncoding ?? '')) return answer;
  const { etag } = headers;
  const tag = etag === undefined || etag.startsWith('W/') ? {} : { etag: `W/${etag}` };
  return {
    ...answer,
    headers: { ...headers, ...tag, 'content-encoding': 'gzip', vary: 'accept-encoding' },
    body: gzipSync(body),
  };
};
