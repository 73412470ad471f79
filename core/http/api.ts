import middy from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { describeError, type ExceptionReport } from '../exceptions/model.ts';
import type { Log } from '../log.ts';
import { unavailableServiceOf } from '../platform/unavailable.ts';
import { type CallerClaims, readCaller } from './caller.ts';
import { isFromDistribution, PAST_THE_DISTRIBUTION } from './origin.ts';
import { problem, retryLater } from './problem.ts';
import { type Reply, toResult } from './reply.ts';
import type { Route } from './route.ts';

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;
type Result = APIGatewayProxyStructuredResultV2;

/** The routes of a function, by the route key of the template: `GET /api/products/{product_id}`. */
export type Routes = Readonly<Record<string, Route>>;

export type ApiDeps = {
  readonly routes: Routes;
  readonly callerClaims: CallerClaims;
  readonly originSecret: string;
  readonly log: Log;
  /** The function's name, as exceptions carry it. */
  readonly functionName: string;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

/** The route and not the path, as in the access log. */
const named = ({ requestContext: { requestId }, routeKey }: Event) => ({ request_id: requestId, route: routeKey });

/**
 * Logs a request that may have changed something. Reads are in the access log only. The log entries of its notification,
 * deliveries, and outcomes have the same `request_id`.
 */
const noteAnswer = (
  { log }: ApiDeps,
  event: Event,
  { reply: { status, headers = {} }, user, startedMs }: { reply: Reply; user: string; startedMs: number },
): void => {
  if (event.requestContext.http.method === 'GET') return;
  log.info('Answered', {
    ...named(event),
    status,
    duration_ms: Math.round(performance.now() - startedMs),
    user,
    // Valid ids, because the request succeeded.
    ...(status < 400 && event.pathParameters && { path: event.pathParameters }),
    ...(headers['location'] && { location: headers['location'] }),
    ...(headers['etag'] && { etag: headers['etag'] }),
  });
};

const answer =
  (deps: ApiDeps) =>
  async (event: Event): Promise<Result> => {
    const { routes, callerClaims, originSecret } = deps;
    if (!isFromDistribution(event.headers, originSecret)) return PAST_THE_DISTRIBUTION;
    const startedMs = performance.now();
    const route = routes[event.routeKey];
    if (route === undefined) throw new Error(`The template routes ${event.routeKey} to a function that lacks it`);
    const caller = readCaller(event, callerClaims);
    if (caller === null) return toResult(problem('not-authenticated'));
    const reply = await route.answer(event, caller);
    noteAnswer(deps, event, { reply, user: caller.user, startedMs });
    return toResult(reply);
  };

/** The report of a failed request: method, route, and caller, but no content of the request. */
const reportOf = ({ functionName, callerClaims }: ApiDeps, event: Event, error: unknown): ExceptionReport => ({
  ...describeError(error),
  origin: 'gatebell',
  type: 'exception',
  function: functionName,
  arguments: { method: event.requestContext.http.method, route: event.routeKey },
  product_id: null,
  user: readCaller(event, callerClaims)?.user ?? null,
  request_id: event.requestContext.requestId,
});

/** The reply to a request that failed with an error. */
const failed = async (deps: ApiDeps, event: Event, error: unknown): Promise<Reply> => {
  const detail = `Request ${event.requestContext.requestId}`;
  deps.log.error('The request failed', { ...named(event), error });
  switch (unavailableServiceOf(error)) {
    case 'table':
      // Not captured: a record would load the table further, and its throttles have an alarm.
      return retryLater(`The database is throttled or unavailable; try again. ${detail}`);
    case 'key':
      // Without arguments: while the key is unavailable, all requests fail in the same way, which is one exception.
      await deps.capture({ ...reportOf(deps, event, error), arguments: null });
      return retryLater(`The webhook encryption key can't be used now; try again. ${detail}`);
    default:
      await deps.capture(reportOf(deps, event, error));
      return problem('internal-error', { detail });
  }
};

/**
 * Replies to a failed request: 503 if a retry may succeed, otherwise 500. The reply contains only the request's id, which
 * finds the error in the log. The exception is recorded before the reply.
 */
const answerFailures = (deps: ApiDeps): middy.MiddlewareObj<Event, Result> => ({
  onError: async ({ event, error }) => toResult(await failed(deps, event, error)),
});

/** The handler of a function behind the API. */
export const api = (deps: ApiDeps) => middy<Event, Result>().use(answerFailures(deps)).handler(answer(deps));
