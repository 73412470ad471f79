/** The distribution of the template: path pattern, function, file or API, headers. It has no cache: every answer is fresh. */
import type { BehaviourDefinition } from '../template/read-distribution.ts';
import type { StoredFiles } from '../template/read-files.ts';
import type { Answer } from './answer.ts';
import { compileEdgeFunction, type EdgeFunction } from './edge-function.ts';
import type { HttpResponse } from './function-response.ts';

type DistributionDeps = {
  readonly behaviours: readonly BehaviourDefinition[];
  readonly files: StoredFiles;
  readonly api: Answer;
};

type Route = BehaviourDefinition & { matches(path: string): boolean; rewrite: EdgeFunction };

const asIs: EdgeFunction = ({ uri }) => uri;

const routeOf = (behaviour: BehaviourDefinition): Route => ({
  ...behaviour,
  matches: matcher(behaviour.pathPattern ?? '*'),
  rewrite: behaviour.onRequest === undefined ? asIs : compileEdgeFunction(behaviour.onRequest),
});

export const createDistribution = ({ behaviours, files, api }: DistributionDeps): Answer => {
  const routes = behaviours.map(routeOf);
  return async (incoming) => {
    const method = incoming.method ?? 'GET';
    const path = (incoming.url ?? '/').split('?')[0] ?? '/';
    const route = routes.find(({ matches }) => matches(path));
    if (route === undefined || !route.methods.includes(method))
      return plain(403, 'This distribution does not allow that method.\n');
    const answer =
      route.target.kind === 'api'
        ? await api(incoming)
        : fileOf(
            files,
            `${route.target.bucket}${route.rewrite({ method, uri: path })}`,
            incoming.headers['if-none-match'],
          );
    return { ...answer, headers: { ...answer.headers, ...route.headers } };
  };
};

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
