import { callOf } from './api-event.ts';
import { complainedAddress, type Ground, TARGET } from './warm-items.ts';

/** A call of the API, as often as is asked for: the nth is made of what no other has touched. */
export type WarmCall = {
  /** The route, and which of its ways where there are several. */
  readonly name: string;
  readonly routeKey: string;
  readonly event: (n: number) => ReturnType<typeof callOf>;
  /** The most requests to AWS that it may take, where there is such a goal. */
  readonly mostRequests?: number;
};

const counts = (critical: number) => ({ critical, high: 0, medium: 0, low: 0, none: 0, unknown: 0 });

const reported = (n: number) => ({
  exception_class: 'TimeoutError',
  // In quotes, as a number alone makes no other exception.
  message: `The scanner did not answer, case '${n}'`,
  function: 'nightly-import',
});

const BULK = 10;

type Request = NonNullable<Parameters<typeof callOf>[1]>;

/** Every route, by an administrator or an owner, with what a page or a program would send. `calls`: the most of each. */
export const warmCalls = ({ products, notifications, exceptions }: Ground, calls: number): readonly WarmCall[] => {
  const product = (n: number) => ({ product_id: products[n] ?? '' });
  // Stretches of the notifications, so that one call's deletion is not another's reading.
  const [marked, deleted, bulkMarked, bulkDeleted, retried] = [0, 1, 2, 2 + BULK, 2 + 2 * BULK].map(
    (from) => from * calls,
  );
  const sentAgain = notifications.slice(retried).filter((id) => exceptions.has(id));
  const notification =
    (from = 0) =>
    (n: number) => ({ notification_id: notifications[from + n] ?? '' });
  const many =
    (from = 0) =>
    (n: number) => ({
      notifications: notifications.slice(from + n * BULK, from + (n + 1) * BULK),
    });
  const call = (
    routeKey: string,
    request: (n: number) => Request = () => ({}),
    more: Partial<WarmCall> = {},
  ): WarmCall => ({
    name: routeKey,
    routeKey,
    event: (n) => callOf(routeKey, request(n)),
    ...more,
  });
  // From the end, so that lists of products find the first ones.
  const last = (n: number) => product(products.length - 1 - n);
  const ofProduct = 'GET /api/products/{product_id}';
  return [
    call('GET /api/users/me'),
    call('GET /api/products', () => ({ user: 'olivia' }), { mostRequests: 2 }),
    call('GET /api/products', () => ({ query: { order: 'name', gate: 'passed' } }), {
      name: 'GET /api/products, administrator, passed by name',
      mostRequests: 4,
    }),
    call('POST /api/products', (n) => ({ body: { name: `Made ${n}` } })),
    call(ofProduct, () => ({ user: 'olivia', path: product(0) }), { mostRequests: 2 }),
    call('PATCH /api/products/{product_id}', (n) => ({ path: product(1), body: { description: `Text ${n}` } })),
    call(
      'PUT /api/products/{product_id}/observation_counts',
      (n) => ({ user: 'olivia', path: product(2), body: counts(n % 2) }),
      { mostRequests: 3 },
    ),
    call('GET /api/products/{product_id}/history', () => ({ user: 'olivia', path: product(2) }), { mostRequests: 2 }),
    call('GET /api/products/{product_id}/members', () => ({ path: product(0) })),
    call('PUT /api/products/{product_id}/members/{user}', (n) => ({
      path: { ...product(3), user: `new-${n}` },
      body: { role: 'reader' },
    })),
    call('DELETE /api/products/{product_id}/members/{user}', (n) => ({ path: { ...product(3), user: `new-${n}` } })),
    call('POST /api/products/{product_id}/test_notification', () => ({ path: product(0) })),
    call('POST /api/products/{product_id}/preview', () => ({
      path: product(1),
      body: { security_gate_active: false },
    })),
    call('DELETE /api/products/{product_id}', (n) => ({ path: last(n) })),
    call('GET /api/settings'),
    call('PATCH /api/settings', (n) => ({ body: { base_url_frontend: `https://gatebell.example.org/${n}` } })),
    call('POST /api/settings/preview', (n) => ({ body: { security_gate_threshold_high: n + 1 } })),
    call('POST /api/settings/test_notification'),
    call('GET /api/deliveries'),
    call('POST /api/deliveries/retry', () => ({ body: { since: '2100-01-01T00:00:00Z' } })),
    call('GET /api/targets', undefined, { mostRequests: 34 }),
    call('PATCH /api/targets/{target_id}', () => ({ path: { target_id: TARGET }, body: { paused: false } })),
    call('GET /api/suppressed_addresses'),
    call('DELETE /api/suppressed_addresses/{address}', (n) => ({
      path: { address: encodeURIComponent(complainedAddress(n)) },
    })),
    call('GET /api/notifications', undefined, { name: 'GET /api/notifications, administrator' }),
    call('GET /api/notifications', () => ({ user: 'member-2' }), { name: 'GET /api/notifications, 50 products' }),
    call('GET /api/notifications/unviewed_count', () => ({ user: 'member-2' })),
    call('GET /api/notifications/{notification_id}', (n) => ({ path: notification(marked)(n) })),
    call('POST /api/notifications/{notification_id}/mark_as_viewed', (n) => ({ path: notification(marked)(n) })),
    call('POST /api/notifications/bulk_mark_as_viewed', (n) => ({ body: many(bulkMarked)(n) }), {
      name: `POST /api/notifications/bulk_mark_as_viewed, ${BULK} ids`,
    }),
    call('POST /api/notifications/mark_all_as_viewed', (n) => ({
      body: { up_to: notification(bulkMarked)(n).notification_id },
    })),
    call('POST /api/notifications/bulk_delete', (n) => ({ body: many(bulkDeleted)(n) }), {
      name: `POST /api/notifications/bulk_delete, ${BULK} ids`,
    }),
    call('DELETE /api/notifications/{notification_id}', (n) => ({ path: notification(deleted)(n) })),
    call('POST /api/notifications/{notification_id}/deliveries/{delivery_id}/retry', (n) => ({
      path: { notification_id: sentAgain[n] ?? '', delivery_id: 'slack' },
    })),
    call('POST /api/exceptions', (n) => ({ body: reported(n) }), {
      name: 'POST /api/exceptions, opens a window',
      mostRequests: 2,
    }),
    call('POST /api/exceptions', () => ({ body: reported(0) }), { name: 'POST /api/exceptions, held back' }),
  ];
};
