import { type Readiness, readinessOf, type TargetName, type TargetRecord } from '../../core/targets/target-record.ts';
import { type WakeDeps, wakeLater } from './wake-later.ts';

export type AcquireDeps = WakeDeps & {
  /** Null if the target can't be sent to now. */
  readonly acquireTarget: (acquisition: {
    readonly target: TargetName;
    readonly lease: string;
    readonly now: Date;
  }) => Promise<TargetRecord | null>;
  readonly readTarget: (target: TargetName) => Promise<TargetRecord | null>;
  /** Asks the dispatcher that has the lease to look again; false if it has none any more. */
  readonly askAgain: (target: TargetName, now: Date) => Promise<boolean>;
  /** A unique id. */
  readonly newId: () => string;
};

/** A target whose lease this dispatcher has. */
export type Acquired = { readonly target: TargetName; readonly lease: string; readonly record: TargetRecord };

/** The record changes between the two looks at it: more often than this is no coincidence. */
const MAX_TRIES = 5;

/** Sees to it that the target is served later. False if it can be acquired now. */
const leaveToLater = async (deps: AcquireDeps, target: TargetName, readiness: Readiness): Promise<boolean> => {
  switch (readiness.kind) {
    case 'ready':
      return false;
    case 'leased':
      return await deps.askAgain(target, deps.now());
    case 'waiting':
      await wakeLater(deps, target, readiness.until);
      return true;
    case 'paused':
      return true;
    default:
      return readiness satisfies never;
  }
};

/**
 * Acquires a target: from then on no other dispatcher sends to it. Null if it can't be sent to now; then somebody will: who
 * has its lease, who is woken at its time, or who resumes it.
 */
export const acquire = async (deps: AcquireDeps, target: TargetName): Promise<Acquired | null> => {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const lease = deps.newId();
    const record = await deps.acquireTarget({ target, lease, now: deps.now() });
    if (record !== null) return { target, lease, record };
    const found = await deps.readTarget(target);
    if (found !== null && (await leaveToLater(deps, target, readinessOf(found, deps.now())))) return null;
  }
  throw new Error('A target could not be acquired');
};
