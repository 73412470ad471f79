import { describe, expect, it } from 'vitest';
import { newDelivery } from '../../../core/deliveries/lifecycle.ts';
import type { Delivery } from '../../../core/deliveries/model.ts';
import { dueNow, type Resolution, type RoutingContext, resolve } from '../../../core/deliveries/resolve.ts';
import type { Product } from '../../../core/products/model.ts';
import type { Settings } from '../../../core/settings/model.ts';
import { addressGone, HEALTHY } from '../../../core/targets/health.ts';
import { ownTargets } from '../../../core/targets/model.ts';
import { sealedFields } from '../../vault.ts';
import { exception, gateFailed, reportOverdue } from '../channels/samples.ts';
import { productOf, settings } from '../dispatcher/harness.ts';
import { inSeconds, NOW } from './some-delivery.ts';

const ADDRESS = 'a@example.org';
const product = productOf('P1', { notification_email_to: ADDRESS, notification_eventbridge: 'events' });
const withExceptions: Settings = { ...settings, channels: product.channels };

const contextOf = (fields: Partial<RoutingContext> = {}, of: Product | undefined = product): RoutingContext => ({
  settings: withExceptions,
  products: new Map(of === undefined ? [] : [[of.id, of]]),
  healthOf: () => HEALTHY,
  suppressed: new Map(),
  ...fields,
});

const AT_ONCE = { due: { due_at: NOW.toISOString(), due_reason: null }, now: NOW };

const deliveryTo = (channel: string, owner: Product | Settings = product): Delivery => {
  const target = ownTargets(owner, settings).find(({ destination }) => destination.channel === channel);
  if (target === undefined) throw new Error(`no target of ${channel}`);
  return newDelivery(target, 'id' in owner ? { ...gateFailed, product_id: owner.id } : exception, AT_ONCE);
};

const changed = (fields: Parameters<typeof sealedFields>[1]): Product => ({
  ...product,
  ...sealedFields(product.id, fields),
});

const muted = (channel: 'all' | 'slack'): Product => ({
  ...product,
  mutes: { [channel]: { until: inSeconds(600), reason: 'Maintenance', since: inSeconds(-60), by: 'olivia' } },
});

const gone = (delivery: Delivery) => ({
  healthOf: () =>
    new Map([
      [
        delivery.delivery_id,
        addressGone({
          channel: delivery.channel,
          target: delivery.target,
          targetKey: delivery.target_key,
          reason: 'no_service',
          productName: null,
          revision: 'r',
          now: NOW,
        }),
      ],
    ]),
});

const read = (resolution: Resolution) => {
  switch (resolution.kind) {
    case 'ready':
      return { ready: resolution.target.shown };
    case 'ends':
      return { ...resolution.outcome };
    case 'moves':
      return { moves: resolution.after };
    default:
      return resolution satisfies never;
  }
};

/** Of an overdue report; `notificationId`: of the last one that the product was notified of. */
const ofReport = (notificationId: string | null, fields: Partial<Delivery> = {}) => {
  const [target] = ownTargets(product, settings).filter(({ delivery_id }) => delivery_id === 'slack');
  if (target === undefined) throw new Error('no target');
  const notified = { ...product, report_check: { version: 1, notification_id: notificationId } };
  const delivery = { ...newDelivery(target, { ...reportOverdue, product_id: product.id }, AT_ONCE), ...fields };
  return [delivery, contextOf({}, notified)] as const;
};
const ARRIVED = { kind: 'skipped', code: 'report_arrived' };

const [slack, email, bus] = [deliveryTo('slack'), deliveryTo('email'), deliveryTo('eventbridge')];
const complained = new Map([[ADDRESS, { address: ADDRESS, reason: 'spam', since: inSeconds(-9), product_id: 'P1' }]]);

type Row = readonly [what: string, delivery: Delivery, context: RoutingContext, result: object];

const TABLE: readonly Row[] = [
  ['goes where it was to go', slack, contextOf(), { ready: slack.target }],
  ['of an exception goes to the settings', deliveryTo('slack', withExceptions), contextOf(), { ready: slack.target }],
  ['of a deleted product', slack, contextOf({}, productOf('P2')), { kind: 'skipped', code: 'product_deleted' }],
  [
    'of a removed webhook',
    slack,
    contextOf({}, changed({ notification_email_to: ADDRESS })),
    {
      code: 'target_removed',
      reason: 'The webhook was removed',
    },
  ],
  [
    'of an address that was taken off',
    email,
    contextOf({}, changed({ notification_eventbridge: 'events' })),
    {
      code: 'target_removed',
      reason: 'The address was removed from the list',
    },
  ],
  [
    'of a removed event bus',
    bus,
    contextOf({}, changed({ notification_email_to: ADDRESS })),
    {
      code: 'target_removed',
      reason: 'The event bus was removed',
    },
  ],
  ['of a report that is overdue', ...ofReport(reportOverdue.id), { ready: slack.target }],
  ['of a report that came', ...ofReport(null), ARRIVED],
  ['of a report that came, and is overdue again', ...ofReport('01KB7Q0000FFFFFFFFFFFFFFFF'), ARRIVED],
  ['of a report that came, and may have been sent', ...ofReport(null, { is_in_doubt: true }), { ready: slack.target }],
  ['without a sender', email, contextOf({ settings: { ...settings, email_from: '' } }), { code: 'no_sender' }],
  ['to an address that complained', email, contextOf({ suppressed: complained }), { code: 'address_suppressed' }],
  ['to an address that bounced', email, contextOf(gone(email)), { kind: 'skipped', code: 'address_gone' }],
  [
    'to a webhook that is gone',
    slack,
    contextOf(gone(slack)),
    {
      kind: 'refused',
      reason: 'Broken since 2026-11-28: no_service',
    },
  ],
  [
    'to another event bus',
    bus,
    contextOf({}, changed({ notification_eventbridge: 'others' })),
    {
      moves: { target: 'others', version: 2, due_at: NOW.toISOString() },
    },
  ],
  ['of a muted product', slack, contextOf({}, muted('all')), { moves: { due_at: inSeconds(600), due_reason: 'mute' } }],
  ['of a muted route', slack, contextOf({}, muted('slack')), { moves: { due_at: inSeconds(600), due_reason: 'mute' } }],
  ['of another route than the muted one', email, contextOf({}, muted('slack')), { ready: ADDRESS }],
];

describe('a delivery', () => {
  it.each(TABLE)('%s', (_, delivery, context, result) => {
    expect(read(resolve(delivery, context, NOW))).toMatchObject(result);
  });

  it('waits for the webhook that was set in place of its own, even one that was gone', () => {
    const webhook = 'https://hooks.slack.com/services/T0/B0/another';
    const context = contextOf(gone(slack), changed({ notification_slack_webhook: webhook }));
    const resolution = resolve(slack, context, NOW);
    if (resolution.kind !== 'moves') throw new Error(resolution.kind);
    expect(resolution.after.target_key).not.toBe(slack.target_key);
    expect(resolve(resolution.after, context, NOW).kind).toBe('ready');
  });

  it('that is due by a schedule is sent, though its route has a later time for others', () => {
    const hourly: Product = { ...product, schedules: { slack: { kind: 'hourly' } } };
    const context = contextOf({}, hourly);
    expect(resolve(slack, context, NOW).kind).toBe('ready');
    expect(dueNow(context, slack, NOW)).toEqual({ due_at: '2026-11-28T13:00:00.000Z', due_reason: 'schedule' });
  });

  it('of a deleted product has no time', () => {
    expect(dueNow(contextOf({}, productOf('P2')), slack, NOW)).toBeNull();
  });
});
