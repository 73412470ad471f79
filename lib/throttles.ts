import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { RouteKey } from './api-routes.ts';

/** What a route takes of all callers together that has nothing of its own below. */
export const DEFAULT_THROTTLE: ThrottleSettings = { rateLimit: 200, burstLimit: 400 };

/** Each call sends up to three real messages, and waits for what Slack, Teams and SES say. */
const TEST_MESSAGES: ThrottleSettings = { rateLimit: 5, burstLimit: 50 };

/** Each call is up to 250 transactions. */
const BULK: ThrottleSettings = { rateLimit: 20, burstLimit: 50 };

/**
 * Routes whose calls cost more than most, or that can be had without a token: requests a second, and at once. The burst
 * holds what people and pipelines do in good faith; what is beyond is answered by API Gateway, with 429 and
 * `{"message":"Too Many Requests"}`, before a function is asked (docs/adr/021-throttling-and-reserved-concurrency.md).
 */
export const ROUTE_THROTTLES: Readonly<Partial<Record<RouteKey, ThrottleSettings>>> = {
  'POST /api/products/{product_id}/test_notification': TEST_MESSAGES,
  'POST /api/settings/test_notification': TEST_MESSAGES,
  'POST /api/notifications/bulk_mark_as_viewed': BULK,
  'POST /api/notifications/bulk_delete': BULK,
  // Equal exceptions all count in one item of the table, and a partition takes 1,000 writes a second.
  'POST /api/exceptions': { rateLimit: 100, burstLimit: 400 },
  // Open to everybody, and the same for all.
  'GET /api/openapi.json': { rateLimit: 20, burstLimit: 50 },
};
