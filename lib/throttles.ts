import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { RouteKey } from './api-routes.ts';

/** Requests a second and burst, of all callers together. */
type Throttle = Readonly<Required<ThrottleSettings>>;

/** For routes without their own throttle. */
const DEFAULT_THROTTLE: Throttle = { rateLimit: 200, burstLimit: 400 };

/** Each call sends a real message to each target that is set, and waits for the answers. */
const TEST_MESSAGES: Throttle = { rateLimit: 5, burstLimit: 50 };

/** Each call reads up to 2,000 products and more. */
const PREVIEW: Throttle = { rateLimit: 5, burstLimit: 50 };

/** Each call makes up to 250 transactions. */
const BULK: Throttle = { rateLimit: 20, burstLimit: 50 };

/**
 * Routes that are expensive or need no token. The burst allows normal use by people and pipelines. Beyond it, API Gateway answers
 * 429 and `{"message":"Too Many Requests"}` without calling a function (docs/adr/021-throttling-and-reserved-concurrency.md).
 */
const ROUTE_THROTTLES: Readonly<Partial<Record<RouteKey, Throttle>>> = {
  'POST /api/products/{product_id}/test_notification': TEST_MESSAGES,
  'POST /api/settings/test_notification': TEST_MESSAGES,
  'POST /api/settings/preview': PREVIEW,
  'POST /api/notifications/bulk_mark_as_viewed': BULK,
  'POST /api/notifications/bulk_delete': BULK,
  // Equal exceptions update one item, and a partition allows 1,000 writes a second.
  'POST /api/exceptions': { rateLimit: 100, burstLimit: 400 },
  // Needs no token.
  'GET /api/openapi.json': { rateLimit: 20, burstLimit: 50 },
};

/** The throttles of the API in an account with so many concurrent executions, of which a route's burst takes two fifths at most. */
export const throttlesFor = (
  account: number,
): { readonly common: Throttle; readonly routes: readonly (readonly [routeKey: string, Throttle])[] } => {
  const within = ({ rateLimit, burstLimit }: Throttle): Throttle => ({
    rateLimit: Math.min(rateLimit, 4 * account),
    burstLimit: Math.min(burstLimit, Math.floor((2 * account) / 5)),
  });
  return {
    common: within(DEFAULT_THROTTLE),
    routes: Object.entries(ROUTE_THROTTLES).map(([routeKey, throttle]) => [routeKey, within(throttle)] as const),
  };
};
