import middy from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { describeError, type ExceptionReport } from '../domain/exception.ts';
import { type CallerClaims, readCaller } from './caller.ts';
import { problem } from './problem.ts';
import { toResult } from './reply.ts';
import type { Route } from './route.ts';

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;
type Result = APIGatewayProxyStructuredResultV2;

/** The calls of a function, by the route key of the template: `GET /api/products/{product_id}`. */
export type Routes = Readonly<Record<string, Route>>;

export type ApiDeps = {
  readonly routes: Routes;
  readonly callerClaims: CallerClaims;
  readonly log: { error(message: string, fields: Record<string, unknown>): void };
  /** The function's name, as exceptions carry it. */
  readonly functionName: string;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

const answer =
  ({ routes, callerClaims }: ApiDeps) =>
  async (event: Event): Promise<Result> => {
    const route = routes[event.routeKey];
    if (route === undefined) throw new Error(`The template routes ${event.routeKey} to a function that lacks it`);
    const caller = readCaller(event, callerClaims);
    return toResult(caller === null ? problem('not-authenticated') : await route.answer(event, caller));
  };

/** What is told of a failed request: method, route and caller, and nothing that it carried. */
const reportOf = ({ functionName, callerClaims }: ApiDeps, event: Event, error: unknown): ExceptionReport => ({
  ...describeError(error),
  type: 'exception',
  function: functionName,
  arguments: { method: event.requestContext.http.method, route: event.routeKey },
  product_id: null,
  user: readCaller(event, callerClaims)?.user ?? null,
});

/**
 * Turns what a route did not expect into a 500 that shows nothing but the request's id, under which the log has the
 * error. Before the answer leaves, the exception is on record to be notified.
 */
const internalError = (deps: ApiDeps): middy.MiddlewareObj<Event, Result> => ({
  onError: async ({ event, error }) => {
    const requestId = event.requestContext.requestId;
    deps.log.error('The request failed', { request_id: requestId, route: event.routeKey, error });
    await deps.capture(reportOf(deps, event, error));
    return toResult(problem('internal-error', { detail: `Request ${requestId}` }));
  },
});

/** The handler of a function behind the API. */
export const api = (deps: ApiDeps) => middy<Event, Result>().use(internalError(deps)).handler(answer(deps));
