import { retryAfterSeconds } from '../../core/targets/back-off.ts';
import type { Release } from '../../core/targets/store/targets.ts';
import {
  afterOutcome,
  type TargetIntervals,
  type TargetName,
  type TargetRecord,
} from '../../core/targets/target-record.ts';
import type { Acquired } from './acquire.ts';
import type { AnswerDeps } from './answers.ts';
import type { Sent } from './settle.ts';
import { type WakeDeps, wakeLater } from './wake-later.ts';

export type ReleaseDeps = AnswerDeps &
  WakeDeps & {
    readonly releaseTarget: (release: {
      readonly target: TargetName;
      readonly lease: string;
      readonly release: Release;
    }) => Promise<TargetRecord | null>;
    /** Pauses all email, as SES throttles. */
    readonly pauseMail: (until: Date) => Promise<void>;
    readonly intervals: TargetIntervals;
    /** From 0 up to 1. */
    readonly random: () => number;
  };

/** The messages that were sent. `hasNoTurn`: one was not, as the account's send rate was used up. */
export type Served = { readonly sendings: readonly Sent[]; readonly hasNoTurn: boolean };

/** Without a turn, an email asks again in some seconds, not all at once. */
const NO_TURN_SECONDS = { least: 2, spread: 6 } as const;

/** What messages leave at their target. */
export const stateAfter = (deps: ReleaseDeps, record: TargetRecord, { sendings, hasNoTurn }: Served): Release => {
  const now = deps.now();
  const [shown] = sendings.map(({ message }) => message.target.shown);
  let state: TargetRecord = record;
  for (const { attempt } of sendings.toSorted(({ attempt: { outcome } }) => (outcome.kind === 'retry' ? 1 : -1)))
    state = {
      ...state,
      ...afterOutcome(state, { outcome: attempt.outcome, intervals: deps.intervals, now, random: deps.random() }),
    };
  const { next_send_at, wait_reason, interval_until, failures, last_error, last_sent_at } = state;
  const after = { next_send_at, wait_reason, interval_until, failures, last_error, last_sent_at };
  if (hasNoTurn) {
    const seconds = NO_TURN_SECONDS.least + NO_TURN_SECONDS.spread * deps.random();
    const next = new Date(now.getTime() + seconds * 1_000).toISOString();
    return { ...after, next_send_at: next, wait_reason: 'account_rate' };
  }
  return shown === undefined ? {} : { ...after, shown };
};

/** SES throttles the account and not the address, so all email waits as long as it says. */
export const pauseThrottledMail = async (
  deps: ReleaseDeps,
  { failures }: TargetRecord,
  { sendings }: Served,
): Promise<void> => {
  for (const { message, attempt } of sendings) {
    const { outcome } = attempt;
    if (message.target.destination.kind !== 'address' || outcome.kind !== 'retry' || outcome.burnsAttempt) continue;
    const seconds = retryAfterSeconds(failures + 1, { ...outcome, random: deps.random() });
    await deps.pauseMail(new Date(deps.now().getTime() + seconds * 1_000));
  }
};

/**
 * Gives the target back. `moreAt`: when more is due there; null if nothing is known of more. Until then it stays interrupted: if
 * a dispatcher died with it, what it sent may have arrived, and a later attempt that fails doesn't change that.
 */
export const release = async (
  deps: ReleaseDeps,
  { target, lease, record: before }: Acquired,
  state: Release,
  moreAt: Date | null,
) => {
  const acquired = moreAt !== null && before.acquired > 1 ? 1 : 0;
  const record = await deps.releaseTarget({ target, lease, release: { ...state, acquired } });
  if (record === null) {
    deps.log.error('The lease of a target was lost while it was sent to', { target });
    return;
  }
  const now = deps.now();
  const wantedAt = record.wake_wanted ? now : moreAt;
  if (wantedAt === null) return;
  const next = record.next_send_at === null ? now : new Date(record.next_send_at);
  await wakeLater(deps, target, new Date(Math.max(next.getTime(), wantedAt.getTime(), now.getTime())));
};
