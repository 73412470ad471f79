import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { RetryMessage } from '../../../core/deliveries/delivery-message.ts';
import type { FailedRequest } from '../../../core/deliveries/store/failed.ts';
import { makeCursors } from '../../../core/http/cursor.ts';
import { deliveryRoutes } from '../../../functions/notifications/delivery-routes.ts';
import { eventOf } from '../../api-call.ts';

const RETRY = 'POST /api/deliveries/retry';
const SINCE = '2026-11-28T09:30:00Z';

/** So many failed deliveries that stay in the index, as those do whose message waits in the queue. */
const failed = (count: number) => {
  const sent: RetryMessage[] = [];
  const key = randomBytes(32);
  const routes = deliveryRoutes({
    readRoles: async () => new Map(),
    listFailed: async ({ limit, after }: FailedRequest) => {
      const from = Number(after ?? 0);
      const length = Math.min(limit, count - from);
      const entries = Array.from({ length }, (_, index) => ({
        notification_id: `n${from + index}`,
        delivery_id: 'slack',
        settled_at: SINCE,
      }));
      return { entries, next: from + length < count ? String(from + length) : null };
    },
    readDeliveries: async () => [],
    readNotifications: async () => () => null,
    sendRetries: async (messages) => void sent.push(...messages),
    cursors: makeCursors({ readKey: async () => key, randomBytes }),
    now: () => new Date(SINCE),
    log: { info: () => {}, error: () => {} },
  });
  const retry = async (body: object, user = 'alice') => {
    const caller = { user, isAdministrator: true, scopes: [] };
    return routes[RETRY]?.answer(eventOf(RETRY, { user, isAdministrator: true, body }), caller);
  };
  return { sent, retry };
};

const nextOf = (body: unknown): string => /"next":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';

it('thousands of failed deliveries are sent again, each once, by calls that continue one another', async () => {
  const { sent, retry } = failed(2_345);
  const first = await retry({ since: SINCE });
  expect(first).toMatchObject({ status: 202, body: { queued: 1_000 } });
  const second = await retry({ since: SINCE, cursor: nextOf(first?.body) });
  expect(second).toMatchObject({ status: 202, body: { queued: 1_000 } });
  const third = await retry({ since: SINCE, cursor: nextOf(second?.body) });
  expect(third).toMatchObject({ status: 202, body: { queued: 345, next: null } });
  expect(new Set(sent.map(({ notification_id }) => notification_id)).size).toBe(2_345);
  expect(sent).toHaveLength(2_345);
});

it("another caller's cursor, or one of another time range, is refused", async () => {
  const { retry } = failed(1_001);
  const cursor = nextOf((await retry({ since: SINCE }))?.body);
  const refused = { status: 400, body: { errors: [{ path: 'cursor' }] } };
  expect(await retry({ since: SINCE, cursor }, 'bob')).toMatchObject(refused);
  expect(await retry({ since: '2026-11-28T09:31:00Z', cursor })).toMatchObject(refused);
  expect(await retry({ since: SINCE, cursor: 'x' })).toMatchObject(refused);
  expect(await retry({ since: SINCE, cursor })).toMatchObject({ status: 202, body: { queued: 1, next: null } });
});
