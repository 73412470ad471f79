/**
 * Route selection of HTTP APIs: a full match first, then a greedy one, then `$default`; among those the one with more literal
 * segments, and an exact method before ANY.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
import type { RouteDefinition } from '../template/read-api.ts';

export type RouteMatch<T = RouteDefinition> = { route: T; pathParameters: Record<string, string> };

type Keyed = { routeKey: string };
type Compiled<T> = {
  readonly route: T;
  readonly method: string;
  readonly segments: readonly string[];
  readonly rank: readonly number[];
};

const segmentsOf = (path: string): readonly string[] => path.split('/').slice(1);
const parameterOf = (segment: string): string | undefined => /^\{([^}+]+)\+?\}$/.exec(segment)?.[1];
const isGreedy = (segment: string | undefined): boolean => segment?.endsWith('+}') ?? false;

const compile = <T extends Keyed>(route: T): Compiled<T> => {
  const [method = '', path = ''] = route.routeKey.split(' ');
  const segments = segmentsOf(path);
  const literals = segments.filter((segment) => parameterOf(segment) === undefined).length;
  const rank = [isGreedy(segments.at(-1)) ? 1 : 0, -literals, method === 'ANY' ? 1 : 0];
  return { route, method, segments, rank };
};

const byRank = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
};

/** Parameters when the path matches. A parameter needs a character at least. */
const matchSegments = (pattern: readonly string[], actual: readonly string[]): Record<string, string> | undefined => {
  const greedy = isGreedy(pattern.at(-1));
  if (greedy ? actual.length < pattern.length : actual.length !== pattern.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const name = parameterOf(segment);
    const value = isGreedy(segment) ? actual.slice(index).join('/') : (actual[index] ?? '');
    if (name === undefined ? segment !== value : value === '') return undefined;
    if (name !== undefined) parameters[name] = value;
  }
  return parameters;
};

/** `path` is decoded already; what it decodes to decides, so that `%2F` in a segment divides it, as it does at AWS. */
export const createRouteTable = <T extends Keyed>(
  routes: readonly T[],
): ((method: string, path: string) => RouteMatch<T> | undefined) => {
  const compiled = routes
    .filter(({ routeKey }) => routeKey !== '$default')
    .map(compile)
    .toSorted((a, b) => byRank(a.rank, b.rank));
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  return (method, path) => {
    const actual = segmentsOf(path);
    for (const { route, method: wanted, segments } of compiled) {
      if (wanted !== 'ANY' && wanted !== method) continue;
      const pathParameters = matchSegments(segments, actual);
      if (pathParameters !== undefined) return { route, pathParameters };
    }
    return fallback === undefined ? undefined : { route: fallback, pathParameters: {} };
  };
};
