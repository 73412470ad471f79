import middy from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
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
};

const answer =
  ({ routes, callerClaims }: ApiDeps) =>
  async (event: Event): Promise<Result> => {
    const route = routes[event.routeKey];
    if (route === undefined) throw new Error(`The template routes ${event.routeKey} to a function that lacks it`);
    const caller = readCaller(event, callerClaims);
    return toResult(caller === null ? problem('not-authenticated') : await route(event, caller));
  };

/** Turns what a route did not expect into a 500 that shows nothing but the request's id, and logs the error under it. */
const internalError = ({ log }: ApiDeps): middy.MiddlewareObj<Event, Result> => ({
  onError: ({ event, error }) => {
    const requestId = event.requestContext.requestId;
    log.error('The request failed', { request_id: requestId, route: event.routeKey, error });
    return toResult(problem('internal-error', { detail: `Request ${requestId}` }));
  },
});

/** The handler of a function behind the API. */
export const api = (deps: ApiDeps) => middy<Event, Result>().use(internalError(deps)).handler(answer(deps));
