import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { FUNCTION } from '../core/contract.ts';

const { GET, POST, PUT, PATCH, DELETE } = HttpMethod;
const { products, settings, notifications, testNotifications, exceptions, openapi } = FUNCTION;

/** All routes of the API, with the function that handles each. Other paths don't reach a function. */
export const ROUTES = [
  { method: GET, path: '/api/users/me', function: products },
  { method: GET, path: '/api/products', function: products },
  { method: POST, path: '/api/products', function: products },
  { method: GET, path: '/api/products/{product_id}', function: products },
  { method: PATCH, path: '/api/products/{product_id}', function: products },
  { method: DELETE, path: '/api/products/{product_id}', function: products },
  { method: PUT, path: '/api/products/{product_id}/observation_counts', function: products },
  { method: GET, path: '/api/products/{product_id}/history', function: products },
  { method: GET, path: '/api/products/{product_id}/members', function: products },
  { method: PUT, path: '/api/products/{product_id}/members/{user}', function: products },
  { method: DELETE, path: '/api/products/{product_id}/members/{user}', function: products },
  { method: POST, path: '/api/products/{product_id}/test_notification', function: testNotifications },
  { method: POST, path: '/api/products/{product_id}/preview', function: products },
  { method: GET, path: '/api/settings', function: settings },
  { method: PATCH, path: '/api/settings', function: settings },
  { method: POST, path: '/api/settings/preview', function: settings },
  { method: POST, path: '/api/settings/test_notification', function: testNotifications },
  { method: GET, path: '/api/deliveries', function: notifications },
  { method: POST, path: '/api/deliveries/retry', function: notifications },
  { method: GET, path: '/api/targets', function: notifications },
  { method: PATCH, path: '/api/targets/{target_id}', function: notifications },
  { method: GET, path: '/api/suppressed_addresses', function: settings },
  { method: DELETE, path: '/api/suppressed_addresses/{address}', function: settings },
  { method: GET, path: '/api/notifications', function: notifications },
  { method: GET, path: '/api/notifications/unviewed_count', function: notifications },
  { method: POST, path: '/api/notifications/bulk_mark_as_viewed', function: notifications },
  { method: POST, path: '/api/notifications/mark_all_as_viewed', function: notifications },
  { method: POST, path: '/api/notifications/bulk_delete', function: notifications },
  { method: GET, path: '/api/notifications/{notification_id}', function: notifications },
  { method: DELETE, path: '/api/notifications/{notification_id}', function: notifications },
  { method: POST, path: '/api/notifications/{notification_id}/mark_as_viewed', function: notifications },
  {
    method: POST,
    path: '/api/notifications/{notification_id}/deliveries/{delivery_id}/retry',
    function: notifications,
  },
  { method: POST, path: '/api/exceptions', function: exceptions },
  { method: GET, path: '/api/openapi.json', function: openapi },
] as const;

type Route = (typeof ROUTES)[number];

export type ApiFunction = Route['function'];

/** API Gateway's name of a route, such as `GET /api/products`. */
export type RouteKey = {
  [Method in Route['method']]: `${Method} ${Extract<Route, { method: Method }>['path']}`;
}[Route['method']];
