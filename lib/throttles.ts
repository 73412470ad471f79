import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { RouteKey } from './api-routes.ts';

/** For all callers together, on routes without their own throttle. */
export const DEFAULT_THROTTLE: ThrottleSettings = { rateLimit: 200, burstLimit: 400 };

/** Each call sends a real message to each target that is set, and waits for the answers. */
const TEST_MESSAGES: ThrottleSettings = { rateLimit: 5, burstLimit: 50 };

/** Each call makes up to 250 transactions. */
const BULK: ThrottleSettings = { rateLimit: 20, burstLimit: 50 };

/**
 * Routes that are expensive or need no token: requests a second and burst. The burst allows normal use by people and pipelines.
 * Beyond it, API Gateway answers 429 and `{"message":"Too Many Requests"}` without calling a function
 * (docs/adr/021-throttling-and-reserved-concurrency.md).
 */
export const ROUTE_THROTTLES: Readonly<Partial<Record<RouteKey, ThrottleSettings>>> = {
  'POST /api/products/{product_id}/test_notification': TEST_MESSAGES,
  'POST /api/settings/test_notification': TEST_MESSAGES,
  'POST /api/notifications/bulk_mark_as_viewed': BULK,
  'POST /api/notifications/bulk_delete': BULK,
  // Equal exceptions update one item, and a partition allows 1,000 writes a second.
  'POST /api/exceptions': { rateLimit: 100, burstLimit: 400 },
  // Needs no token.
  'GET /api/openapi.json': { rateLimit: 20, burstLimit: 50 },
};
