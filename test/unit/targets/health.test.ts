import { describe, expect, it } from 'vitest';
import type { Outcome, Skip } from '../../../core/deliveries/model.ts';
import { addressGone, type ChannelHealth, healthAfter, outcomeForGone } from '../../../core/targets/health.ts';
import type { Target } from '../../../core/targets/model.ts';

const NOW = new Date('2026-11-28T12:00:00.000Z');
const hoursAgo = (hours: number): string => new Date(NOW.getTime() - hours * 3_600_000).toISOString();

const WEBHOOK: Target = {
  delivery_id: 'slack',
  source: 'product',
  destination: {
    kind: 'webhook',
    channel: 'slack',
    webhook: { origin: 'https://hooks.slack.com', fingerprint: '3fa91c', sealed: '' },
    place: { productId: 'p1', channel: 'slack' },
  },
  shown: 'hooks.slack.com #3fa91c',
  key: 'k1',
};
const ADDRESS: Target = {
  delivery_id: 'email-bob',
  source: 'product',
  destination: { kind: 'address', channel: 'email', from: 'gate@example.org', address: 'bob@example.org' },
  shown: 'bob@example.org',
  key: 'bob',
};

/** A record of the webhook that began to fail so many hours ago. */
const failing = (hours: number, fields: Partial<ChannelHealth> = {}): ChannelHealth => ({
  channel: 'slack',
  target: WEBHOOK.shown,
  target_key: WEBHOOK.key,
  failing_since: hoursAgo(hours),
  reason: '500',
  broken_at: null,
  gone: false,
  product_name: 'Payments',
  revision: 'r0',
  ...fields,
});
const broken = failing(48, { broken_at: hoursAgo(24), reason: 'Failing for a day: 500' });
const gone = failing(48, { broken_at: hoursAgo(24), gone: true, reason: '404' });

const SENT: Outcome = { kind: 'sent' };
const RETRY: Outcome = { kind: 'retry', afterSeconds: null, reason: '500', burnsAttempt: true };
const THROTTLED: Outcome = { ...RETRY, burnsAttempt: false };
const REFUSED: Outcome = { kind: 'refused', reason: '400' };
const GONE: Outcome = { kind: 'refused', reason: '404', gone: true };
const SKIPPED: Skip = { kind: 'skipped', code: 'target_removed', reason: 'Removed' };

const BROKEN_NOW = { broken_at: NOW.toISOString(), product_name: 'Payments', revision: 'r1' };

type Row = readonly [what: string, before: ChannelHealth | null, outcome: Outcome | Skip, after: ChannelHealth | null];

const TABLE: readonly Row[] = [
  ['works, and sends', null, SENT, null],
  ['works, and is throttled', null, THROTTLED, null],
  ['works, and is skipped', null, SKIPPED, null],
  ['works, and fails', null, RETRY, failing(0, { revision: 'r1' })],
  ['works, and refuses', null, REFUSED, failing(0, { reason: '400', revision: 'r1' })],
  ['works, and is gone', null, GONE, failing(0, { ...BROKEN_NOW, gone: true, reason: '404' })],
  ['fails, and sends', failing(1), SENT, null],
  ['fails, and is throttled', failing(30), THROTTLED, failing(30)],
  ['fails, and fails again', failing(23.9), RETRY, failing(23.9)],
  ['fails, and fails for a day', failing(24), RETRY, failing(24, { ...BROKEN_NOW, reason: 'Failing for a day: 500' })],
  ['fails since a time in the future', failing(-5), RETRY, failing(0, { revision: 'r1' })],
  ['fails, and is gone', failing(1), GONE, failing(1, { ...BROKEN_NOW, gone: true, reason: '404' })],
  ['is broken, and sends', broken, SENT, null],
  ['is broken, and fails', broken, RETRY, broken],
  ['is broken, and is gone', broken, GONE, { ...broken, gone: true, reason: '404', revision: 'r1' }],
  ['is gone, and a test sends', gone, SENT, null],
  ['is gone, and is gone', gone, GONE, gone],
];

describe('the health of a webhook that', () => {
  it.each(TABLE)('%s', (_, before, outcome, after) => {
    const attempt = { target: WEBHOOK, outcome, productName: 'Payments', revision: 'r1', now: NOW };
    expect(healthAfter(before, attempt)).toEqual(after);
  });
});

describe('the health of an address', () => {
  it.each([SENT, RETRY, REFUSED, GONE])('stays as it is after an attempt: $kind', (outcome) => {
    const attempt = { target: ADDRESS, outcome, productName: null, revision: 'r1', now: NOW };
    expect(healthAfter(null, attempt)).toBeNull();
  });
});

describe('a message to a target', () => {
  const bounced = addressGone({
    channel: 'email',
    target: ADDRESS.shown,
    targetKey: ADDRESS.key,
    reason: 'Bounced',
    productName: null,
    revision: 'r1',
    now: NOW,
  });
  it.each([
    ['that works', WEBHOOK, null, null],
    ['that fails', WEBHOOK, failing(1), null],
    ['that is broken, and may work again', WEBHOOK, broken, null],
    ['that is gone', WEBHOOK, gone, 'refused'],
    ['that was gone, and was replaced', { ...WEBHOOK, key: 'k2' }, gone, null],
    ['that is an address whose mail bounced', ADDRESS, bounced, 'skipped'],
  ])('%s', (_, target, health, kind) => {
    const known = new Map(health === null ? [] : [[target.delivery_id, health] as const]);
    expect(outcomeForGone(known, target)?.kind ?? null).toBe(kind);
  });
});
