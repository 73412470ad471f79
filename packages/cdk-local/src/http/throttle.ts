import type { RouteDefinition } from '../template/read-api.ts';

/** Whether a route takes one request more. */
export type Admit = (route: Pick<RouteDefinition, 'routeKey' | 'throttle'>) => boolean;

type Bucket = { readonly tokens: number; readonly filledAtMs: number };

/**
 * API Gateway's throttle: a bucket of tokens a route, filled at its rate up to its burst. `elapsedMs` only goes forward: it
 * is not the stack's clock, which tests set back.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export const createThrottle = (elapsedMs: () => number): Admit => {
  const buckets = new Map<string, Bucket>();
  return ({ routeKey, throttle }) => {
    if (throttle === undefined) return true;
    const { perSecond, burst } = throttle;
    const now = elapsedMs();
    const { tokens, filledAtMs } = buckets.get(routeKey) ?? { tokens: burst, filledAtMs: now };
    const filled = Math.min(burst, tokens + ((now - filledAtMs) / 1000) * perSecond);
    const isAdmitted = filled >= 1;
    buckets.set(routeKey, { tokens: isAdmitted ? filled - 1 : filled, filledAtMs: now });
    return isAdmitted;
  };
};
