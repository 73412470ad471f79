import * as z from 'zod/mini';
import { type ChannelName, channelOf } from '../channels/channels.ts';
import { channelNameSchema } from '../channels/model.ts';
import { type Outcome, plainError, type Skip } from '../deliveries/model.ts';
import { notInFuture } from '../platform/clock-bound.ts';
import type { Target } from './model.ts';

/** What is known of a channel that fails; one that works has no record. Times are ISO 8601. */
export const channelHealthSchema = z.object({
  channel: channelNameSchema,
  /** As deliveries show it. */
  target: z.string(),
  /** `key` of the target. A webhook that was changed has another one, and a clean record by that. */
  target_key: z._default(z.string(), ''),
  failing_since: z.string(),
  /** What the last failure that was recorded said; holds no URL. */
  reason: z.string(),
  /** When it was found to be broken; null while it merely fails. */
  broken_at: z.nullable(z.string()),
  /** Nothing is sent there until it is set again or a test succeeds: the webhook is gone, or the address bounced. */
  gone: z.boolean(),
  product_name: z.nullable(z.string()),
  /** Never given twice: a record with this one has not been touched since it was read. */
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

/** A webhook that nobody got through to for so long is broken. */
const BROKEN_AFTER_MS = 24 * 3_600_000;

/** The record that is about a target as it is set now, or null. */
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

/** The names of the failing channels of some kinds: who sets them again mends them. */
export const failingAmong = (health: Health, channels: readonly ChannelName[]): string[] =>
  [...health].flatMap(([name, { channel }]) => (channels.includes(channel) ? [name] : []));

/** Without some channels. */
export const withoutChannels = (health: Health, names: readonly string[]): Health =>
  new Map([...health].filter(([name]) => !names.includes(name)));

/** What becomes of a message whose target takes none any more, without a try; null for one that may be tried. */
export const outcomeForGone = (health: Health, target: Target): Outcome | Skip | null => {
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

/** A try at a webhook, as its health learns of it. */
export type TryResult = {
  readonly target: Target;
  readonly outcome: Outcome | Skip;
  readonly productName: string | null;
  /** A name that was never given before. */
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
 * The record of a webhook after a try; the same object where nothing is to be written, null for none. A throttle says
 * nothing about it. Of mail only its feedback tells, as SES takes what the address's own server refuses later.
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
