import * as z from 'zod/mini';
import { type ChannelName, channelOf } from '../channels/channels.ts';
import { channelNameSchema } from '../channels/model.ts';
import type { Outcome } from '../deliveries/model.ts';
import { isBeyond } from '../platform/clock-bound.ts';
import { MAX_WAIT_SECONDS, retryAfterSeconds } from './back-off.ts';

/** Names a target across channels: `slack-<key>`. */
export const targetNameSchema = z.templateLiteral([channelNameSchema, '-', z.string()]);
export type TargetName = z.infer<typeof targetNameSchema>;

export const targetName = (channel: ChannelName, key: string): TargetName => `${channel}-${key}`;

/** The channel in the name of a target. No channel's name has a hyphen. */
export const channelOfTarget = (target: TargetName): ChannelName => channelNameSchema.parse(target.split('-', 1)[0]);

/** Why a target waits: for its interval, as it asked, as it failed, or for the account's send rate. */
export const waitReasonSchema = z.enum(['interval', 'throttled', 'failing', 'account_rate']);
type WaitReason = z.infer<typeof waitReasonSchema>;

const timeSchema = z.nullable(z.string());

/**
 * One destination, shared by all who set it: when it may be sent to next, and who sends to it now. A target without a record
 * was never sent to. Times are ISO 8601.
 */
export const targetRecordSchema = z.object({
  target: targetNameSchema,
  channel: channelNameSchema,
  /** As deliveries show it. */
  shown: z._default(z.string(), ''),
  /** The dispatcher that sends to it, and until when no other may. */
  lease: z._default(z.nullable(z.string()), null),
  lease_until: z._default(timeSchema, null),
  /**
   * How often it was acquired since it was last released: more than once means that dispatchers died. It stays 1 after a release
   * as long as what one of them sent may have arrived.
   */
  acquired: z._default(z.int(), 0),
  next_send_at: z._default(timeSchema, null),
  wait_reason: z._default(z.nullable(waitReasonSchema), null),
  /** The time up to which its intervals are used up (GCRA's theoretical arrival time). */
  interval_until: z._default(timeSchema, null),
  /** Failures in a row. */
  failures: z._default(z.int(), 0),
  last_error: z._default(z.nullable(z.string()), null),
  last_sent_at: z._default(timeSchema, null),
  /** For when a message in the queue wakes it. */
  wake_at: z._default(timeSchema, null),
  /** Whether a message came for it while it was leased. */
  wake_wanted: z._default(z.boolean(), false),
  /** How often the sweeper had to wake it since it was last acquired. */
  sweeps: z._default(z.int(), 0),
  paused_at: z._default(timeSchema, null),
  paused_by: z._default(z.nullable(z.string()), null),
});

export type TargetRecord = z.infer<typeof targetRecordSchema>;

/** Longer than the dispatcher's timeout (60 s): the function that acquired it has ended when the lease expires. */
export const LEASE_MS = 90_000;

/** Longest wait of a target. A time further ahead was set by a wrong clock and is ignored. */
export const LONGEST_WAIT_MS = MAX_WAIT_SECONDS * 1_000;

/** Intervals between messages, by what channels declare. Seconds. */
export type TargetIntervals = { readonly webhookSeconds: number; readonly emailSeconds: number };

const intervalMsOf = (channel: ChannelName, { webhookSeconds, emailSeconds }: TargetIntervals): number => {
  const seconds = { webhook: webhookSeconds, email: emailSeconds, none: 0 };
  return seconds[channelOf(channel).interval] * 1_000;
};

/** Whether a target may be sent to, and otherwise until when it waits. */
export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'leased'; readonly until: Date }
  | { readonly kind: 'waiting'; readonly until: Date; readonly reason: WaitReason }
  | { readonly kind: 'paused' };

const within = (time: string | null, now: Date, longestMs: number): Date | null => {
  if (time === null || time <= now.toISOString()) return null;
  return isBeyond(Date.parse(time), { now, longestMs }) ? null : new Date(time);
};

/** Times that only a wrong clock can have set are ignored. */
export const readinessOf = (record: TargetRecord, now: Date): Readiness => {
  if (record.paused_at !== null) return { kind: 'paused' };
  const leasedUntil = within(record.lease_until, now, LEASE_MS);
  if (leasedUntil !== null) return { kind: 'leased', until: leasedUntil };
  const until = within(record.next_send_at, now, LONGEST_WAIT_MS);
  return until === null ? { kind: 'ready' } : { kind: 'waiting', until, reason: record.wait_reason ?? 'interval' };
};

/** What sending leaves at a target. */
export type TargetState = Pick<
  TargetRecord,
  'next_send_at' | 'wait_reason' | 'interval_until' | 'failures' | 'last_error' | 'last_sent_at'
>;

/** Uses one interval. Two messages may go at once after a pause: the generic cell rate algorithm, with a burst of two. */
export const afterMessage = (
  record: TargetRecord,
  { intervals, now }: { readonly intervals: TargetIntervals; readonly now: Date },
): Pick<TargetState, 'next_send_at' | 'wait_reason' | 'interval_until'> => {
  const intervalMs = intervalMsOf(record.channel, intervals);
  const usedUntil = within(record.interval_until, now, 2 * intervalMs) ?? now;
  const until = usedUntil.getTime() + intervalMs;
  const nextMs = until - intervalMs;
  const waits = intervalMs > 0 && nextMs > now.getTime();
  return {
    interval_until: new Date(until).toISOString(),
    next_send_at: waits ? new Date(nextMs).toISOString() : null,
    wait_reason: waits ? 'interval' : null,
  };
};

type AfterOutcome = {
  readonly outcome: Outcome;
  readonly intervals: TargetIntervals;
  readonly now: Date;
  /** From 0 up to 1. */
  readonly random: number;
};

const waitReasonOf = ({ burnsAttempt }: Extract<Outcome, { kind: 'retry' }>): WaitReason =>
  burnsAttempt ? 'failing' : 'throttled';

/** The state of a target after a message to it. */
export const afterOutcome = (record: TargetRecord, { outcome, intervals, now, random }: AfterOutcome): TargetState => {
  const { last_sent_at } = record;
  const used = afterMessage(record, { intervals, now });
  switch (outcome.kind) {
    case 'sent':
      return { ...used, failures: 0, last_error: null, last_sent_at: now.toISOString() };
    case 'refused':
      return { ...used, failures: 0, last_error: outcome.reason, last_sent_at };
    case 'retry': {
      const failures = record.failures + 1;
      const seconds = retryAfterSeconds(failures, { ...outcome, random });
      const triedAt = new Date(now.getTime() + seconds * 1_000).toISOString();
      // A message that failed may have arrived, so the interval after it applies as well.
      const waits =
        used.next_send_at !== null && used.next_send_at > triedAt
          ? used
          : { ...used, next_send_at: triedAt, wait_reason: waitReasonOf(outcome) };
      return { ...waits, failures, last_error: outcome.reason, last_sent_at };
    }
    default:
      return outcome satisfies never;
  }
};
