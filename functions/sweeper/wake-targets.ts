import type { Rejected, Wake } from '../../core/deliveries/queue.ts';
import type { WaitingEntry } from '../../core/deliveries/store/waiting.ts';
import type { ExceptionReport } from '../../core/exceptions/model.ts';
import type { Log } from '../../core/log.ts';
import type { FindTarget } from '../../core/targets/store/targets.ts';
import { type TargetName, targetNameSchema } from '../../core/targets/target-record.ts';
import { AHEAD_MS, type PlannedWake, planWake, type Waiting } from './wake-plan.ts';

export type WakeTargetsDeps = {
  /** Null for a target that was never sent to. */
  readonly readTargets: (targets: readonly TargetName[]) => Promise<FindTarget>;
  /** False if another message will wake it. */
  readonly recordWake: (wake: { target: TargetName; at: Date; now: Date; isSwept: boolean }) => Promise<boolean>;
  readonly wakeTargets: (wakes: readonly Wake[]) => Promise<Rejected>;
  readonly now: () => Date;
  readonly log: Log;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

/** A target that is found stalled this often in a row is reported as an exception. */
const REPORTED_FROM = 3;

class StalledTarget extends Error {
  override readonly name = 'StalledTarget';
}

/** What waits, by target: when the first of it is due. Only what is due within the next runs counts. */
export const earliestByTarget = (entries: readonly WaitingEntry[], now: Date): Map<TargetName, Date> => {
  const until = new Date(now.getTime() + AHEAD_MS).toISOString();
  const earliest = new Map<TargetName, Date>();
  for (const { waiting_for, due_at } of entries) {
    const { data: target } = targetNameSchema.safeParse(waiting_for);
    if (target === undefined || due_at > until) continue;
    const dueAt = new Date(due_at);
    const known = earliest.get(target);
    if (known === undefined || dueAt < known) earliest.set(target, dueAt);
  }
  return earliest;
};

/** Records first and sends second: of two sweepers one sends. What dies in between is found by a later run. */
const wake = async (deps: WakeTargetsDeps, planned: readonly PlannedWake[], now: Date): Promise<void> => {
  const recorded = await Promise.all(
    planned.map(async ({ target, at, isStalled }) =>
      (await deps.recordWake({ target, at, now, isSwept: isStalled })) ? [{ target, at, isStalled }] : [],
    ),
  );
  const wakes = recorded.flat();
  const rejected = await deps.wakeTargets(
    wakes.map(({ target, at }) => ({
      target,
      delaySeconds: Math.max(0, Math.ceil((at.getTime() - now.getTime()) / 1_000)),
    })),
  );
  for (const { target, isStalled } of wakes) if (isStalled) deps.log.error('Stalled target woken', { target });
  if (rejected.size > 0) throw new Error('The delivery queue refused a message');
};

/** Wakes the targets for which something is due soon, and that no message will wake. */
export const wakeDue = async (
  deps: WakeTargetsDeps,
  earliest: ReadonlyMap<TargetName, Date>,
  report: (error: unknown) => ExceptionReport,
): Promise<void> => {
  if (earliest.size === 0) return;
  const now = deps.now();
  const find = await deps.readTargets([...earliest.keys()]);
  const planned = [...earliest].flatMap(([target, dueAt]) => {
    const waiting: Waiting = { target, dueAt };
    return planWake(waiting, find(target), now) ?? [];
  });
  await wake(deps, planned, now);
  const isLasting = planned.some(
    ({ target, isStalled }) => isStalled && (find(target)?.sweeps ?? 0) + 1 >= REPORTED_FROM,
  );
  if (isLasting)
    await deps.capture(report(new StalledTarget(`A target was found stalled ${REPORTED_FROM} times in a row`)));
};
