import { MAX_DELAY_SECONDS, type Rejected, type Wake } from '../../core/deliveries/queue.ts';
import type { TargetName } from '../../core/targets/target-record.ts';

export type WakeDeps = {
  readonly wakeTargets: (wakes: readonly Wake[]) => Promise<Rejected>;
  /** False if another message will wake the target by then. */
  readonly recordWake: (wake: { target: TargetName; at: Date; now: Date }) => Promise<boolean>;
  readonly now: () => Date;
};

/** Sends messages that wake targets. Throws if the queue rejects one: the message that asked for them is retried. */
export const wakeNow = async (deps: Pick<WakeDeps, 'wakeTargets'>, wakes: readonly Wake[]): Promise<void> => {
  if (wakes.length === 0) return;
  if ((await deps.wakeTargets(wakes)).size > 0) throw new Error('The delivery queue rejected a message');
};

/**
 * Sees to it that one message wakes a target at a time. The sweeper sees to times that are further away than a message can be
 * delayed, and to messages that are lost after this recorded them.
 */
export const wakeLater = async (deps: WakeDeps, target: TargetName, at: Date): Promise<void> => {
  const now = deps.now();
  const delaySeconds = Math.max(0, Math.ceil((at.getTime() - now.getTime()) / 1_000));
  if (delaySeconds > MAX_DELAY_SECONDS) return;
  if (await deps.recordWake({ target, at, now })) await wakeNow(deps, [{ target, delaySeconds }]);
};
