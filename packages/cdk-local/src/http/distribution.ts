/**
 * The distribution of the template: path pattern, function, file or API, headers. It keeps errors and compresses as
 * CloudFront does; other answers are always fresh.
 */
import type { IncomingMessage } from 'node:http';
import type { BehaviourDefinition, DistributionDefinition } from '../template/read-distribution.ts';
import type { StoredFiles } from '../template/read-files.ts';
import type { Answer, ApiAnswer } from './answer.ts';
import { compress } from './compress.ts';
import { compileEdgeFunction, type EdgeFunction } from './edge-function.ts';
import { createErrorCache } from './error-cache.ts';
import type { HttpResponse } from './function-response.ts';

type DistributionDeps = DistributionDefinition & {
  readonly files: StoredFiles;
  readonly api: ApiAnswer;
  readonly now: () => Date;
};

type Route = BehaviourDefinition & { matches(path: string): boolean; rewrite: EdgeFunction };

const asIs: EdgeFunction = ({ uri }) => uri;

const routeOf = (behaviour: BehaviourDefinition): Route => ({
  ...behaviour,
  matches: matcher(behaviour.pathPattern ?? '*'),
  rewrite: behaviour.onRequest === undefined ? asIs : compileEdgeFunction(behaviour.onRequest),
});

export const createDistribution = ({ behaviours, errorSeconds, files, api, now }: DistributionDeps): Answer => {
  const routes = behaviours.map(routeOf);
  const errors = createErrorCache(errorSeconds, now);
  const fresh = async (route: Route, incoming: IncomingMessage): Promise<HttpResponse> => {
    if (route.target.kind === 'api') return await api(incoming, route.target.headers);
    const uri = route.rewrite({ method: methodOf(incoming), uri: pathOf(incoming) });
    return fileOf(files, `${route.target.bucket}${uri}`, incoming.headers['if-none-match']);
  };
  return async (incoming) => {
    const method = methodOf(incoming);
    const route = routes.find(({ matches }) => matches(pathOf(incoming)));
    if (route === undefined || !route.methods.includes(method))
      return plain(403, 'This distribution does not allow that method.\n');
    const key = READS.includes(method) ? keyOf(route, incoming) : undefined;
    const kept = key === undefined ? undefined : errors.find(key);
    const answer = kept ?? (await fresh(route, incoming));
    if (key !== undefined && kept === undefined) errors.offer(key, answer);
    const sent = route.cache.isCompressed ? compress(answer, incoming.headers['accept-encoding']) : answer;
    return { ...sent, headers: { ...sent.headers, ...route.headers } };
  };
};

/** CloudFront keeps answers to these alone. */
const READS = ['GET', 'HEAD'];

const methodOf = ({ method = 'GET' }: IncomingMessage): string => method;
const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? '/';

/** The cache key of a request. */
const keyOf = ({ cache }: Route, incoming: IncomingMessage): string =>
  JSON.stringify([
    cache.isQueryInKey ? incoming.url : pathOf(incoming),
    ...cache.keyHeaders.map((name) => incoming.headers[name] ?? null),
  ]);

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern */
const matcher = (pattern: string): Route['matches'] => {
  const literal = pattern.replace(/[\\^$.+()|{}[\]]/g, '\\$&');
  const expression = new RegExp(`^/?${literal.replace(/^\//, '').replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
  return (path) => expression.test(path);
};

const fileOf = (files: StoredFiles, key: string, knownTag: string | undefined): HttpResponse => {
  const file = files.get(key);
  // S3 answers 404 to callers that may list the bucket, 403 to others.
  if (file === undefined) return plain(404, '<Error><Code>NoSuchKey</Code></Error>', 'application/xml');
  const { body, contentType, cacheControl, etag } = file;
  const headers = { 'content-type': contentType, 'cache-control': cacheControl, etag };
  const isKnown = knownTag?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false;
  return { status: isKnown ? 304 : 200, headers, cookies: [], body };
};

const plain = (status: number, text: string, contentType = 'text/plain'): HttpResponse => ({
  status,
  headers: { 'content-type': contentType },
  cookies: [],
  body: Buffer.from(text),
});
