import * as z from 'zod/mini';
import { type ChannelName, channelOf } from '../channels/channels.ts';
import { channelNameSchema } from '../channels/model.ts';
import { type Outcome, plainError, type Skip } from '../deliveries/model.ts';
import { notInFuture } from '../platform/clock-bound.ts';
import type { Target } from './model.ts';

/** The health of a failing channel. A working channel has no record. Times are ISO 8601. */
export const channelHealthSchema = z.object({
  channel: channelNameSchema,
  /** As deliveries show it. */
  target: z.string(),
  /** `key` of the target. A changed webhook has another key, so this record doesn't apply to it. */
  target_key: z._default(z.string(), ''),
  failing_since: z.string(),
  /** The reason of the last recorded failure, without URLs. */
  reason: z.string(),
  /** When it was marked as broken; null while it merely fails. */
  broken_at: z.nullable(z.string()),
  /** The webhook was deleted or the address bounced: nothing is sent until it is set again or a test succeeds. */
  gone: z.boolean(),
  product_name: z.nullable(z.string()),
  /** Unique for each write: detects concurrent changes. */
  revision: z.string(),
});

export type ChannelHealth = z.infer<typeof channelHealthSchema>;

/** The failing channels of a product or of the settings, by the names that their deliveries carry. */
export type Health = ReadonlyMap<string, ChannelHealth>;

export const HEALTHY: Health = new Map();

/** A channel as the API shows that it is broken. */
export const brokenChannelSchema = z
  .object({
    channel: channelNameSchema,
    /** An address; of a webhook the host and a fingerprint. */
    target: z.string(),
    reason: z.string(),
    since: z.string(),
  })
  .register(z.globalRegistry, { id: 'BrokenChannel' });

export type BrokenChannel = z.infer<typeof brokenChannelSchema>;

/** A webhook is broken after failing for this long. */
const BROKEN_AFTER_MS = 24 * 3_600_000;

/** The health of a target as it is set now; null if it works. */
export const healthOf = (health: Health, { delivery_id, key }: Target): ChannelHealth | null => {
  const found = health.get(delivery_id);
  return found?.target_key === key ? found : null;
};

/** Those of the targets that are broken. */
export const brokenAmong = (targets: readonly Target[], health: Health): BrokenChannel[] =>
  targets.flatMap((target) => {
    const found = healthOf(health, target);
    if (found === null || found.broken_at === null) return [];
    return [{ channel: found.channel, target: found.target, reason: found.reason, since: found.broken_at }];
  });

/** The delivery ids of failing channels of some kinds. Setting a channel again clears its failures. */
export const failingAmong = (health: Health, channels: readonly ChannelName[]): string[] =>
  [...health].flatMap(([name, { channel }]) => (channels.includes(channel) ? [name] : []));

/** Health without some channels. */
export const withoutChannels = (health: Health, names: readonly string[]): Health =>
  new Map([...health].filter(([name]) => !names.includes(name)));

/** The outcome for a target that is gone, without an attempt; null for other targets. */
export const outcomeForGone = (health: Health, target: Target): Extract<Outcome, { kind: 'refused' }> | Skip | null => {
  const found = healthOf(health, target);
  if (found === null || !found.gone) return null;
  const since = (found.broken_at ?? found.failing_since).slice(0, 10);
  return channelOf(found.channel).field.kind === 'addresses'
    ? {
        kind: 'skipped',
        code: 'address_gone',
        reason: `Not sent to this address since ${since}: ${found.reason}. Set it again to do so`,
      }
    : { kind: 'refused', reason: `Broken since ${since}: ${found.reason}` };
};

/** The result of an attempt. */
export type TryResult = {
  readonly target: Target;
  readonly outcome: Outcome | Skip;
  readonly productName: string | null;
  /** A unique id. */
  readonly revision: string;
  readonly now: Date;
};

const failedAgain = (before: ChannelHealth | null, attempt: TryResult, reason: string): ChannelHealth | null => {
  const now = attempt.now.toISOString();
  const { channel } = attempt.target.destination;
  const { productName: product_name, revision } = attempt;
  if (before === null) {
    const { shown: target, key: target_key } = attempt.target;
    const fresh = { channel, target, target_key, failing_since: now, broken_at: null, gone: false };
    return { ...fresh, reason: plainError(reason), product_name, revision };
  }
  if (notInFuture(before.failing_since, attempt.now) !== before.failing_since)
    return { ...before, failing_since: now, revision };
  const isOver = attempt.now.getTime() - Date.parse(before.failing_since) >= BROKEN_AFTER_MS;
  if (before.broken_at !== null || !isOver) return before;
  return { ...before, reason: `Failing for a day: ${plainError(reason)}`, broken_at: now, product_name, revision };
};

const isGone = (before: ChannelHealth | null, attempt: TryResult, reason: string): ChannelHealth => {
  if (before?.gone) return before;
  const now = attempt.now.toISOString();
  return {
    channel: attempt.target.destination.channel,
    target: attempt.target.shown,
    target_key: attempt.target.key,
    failing_since: before?.failing_since ?? now,
    reason: plainError(reason),
    broken_at: before?.broken_at ?? now,
    gone: true,
    product_name: attempt.productName,
    revision: attempt.revision,
  };
};

/** The record of an address that bounced for good, or whose owner complained. */
export const addressGone = (address: {
  readonly channel: ChannelName;
  readonly target: string;
  readonly targetKey: string;
  readonly reason: string;
  readonly productName: string | null;
  readonly revision: string;
  readonly now: Date;
}): ChannelHealth => ({
  channel: address.channel,
  target: address.target,
  target_key: address.targetKey,
  failing_since: address.now.toISOString(),
  reason: plainError(address.reason),
  broken_at: address.now.toISOString(),
  gone: true,
  product_name: address.productName,
  revision: address.revision,
});

/**
 * The health of a webhook after an attempt: the same object if nothing changed, null if it works. Throttling doesn't count
 * as a failure. For email, only feedback counts, because SES accepts messages that the recipient's server rejects later.
 */
export const healthAfter = (before: ChannelHealth | null, attempt: TryResult): ChannelHealth | null => {
  const { outcome, target } = attempt;
  if (target.destination.kind === 'address') return before;
  switch (outcome.kind) {
    case 'sent':
      return null;
    case 'retry':
      return outcome.burnsAttempt ? failedAgain(before, attempt, outcome.reason) : before;
    case 'refused':
      return outcome.gone ? isGone(before, attempt, outcome.reason) : failedAgain(before, attempt, outcome.reason);
    case 'skipped':
      return before;
    default:
      return outcome satisfies never;
  }
};
