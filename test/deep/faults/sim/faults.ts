import type { Random } from './random.ts';

/** A call of a function to AWS or to a webhook, where it can be met by a fault. */
export type CallSite = {
  readonly functionName: string;
  /** The how manieth call of all that this function made in the run. */
  readonly nth: number;
  readonly service: 'dynamodb' | 'sqs' | 'ses' | 'kms' | 'webhook';
  readonly operation: string;
  readonly invocation: number;
};

/**
 * What happens to a call. `kill-before`, `kill-after`: the function dies before the other side has got the call, or after it
 * has done it. `fail`, `throttle`: it is refused with an error of its service. `hang`: no answer ever comes, and nothing
 * was done. `reset`: the connection breaks before, `lose`: after it was done.
 */
const FAULTS = ['kill-before', 'kill-after', 'fail', 'throttle', 'hang', 'reset', 'lose'] as const;
export type Fault = (typeof FAULTS)[number];

/** Says which fault a call meets, if any. Asked once a call, in their order. */
export type FaultPlan = (site: CallSite) => Fault | null;

export const NO_FAULTS: FaultPlan = () => null;

/** What strikes at every call. `fail`: the call and its repetitions by the SDK, until that gives up. */
export const POINT_FAULTS = ['kill-before', 'kill-after', 'fail'] as const satisfies readonly Fault[];

/** A point of a run at which one fault strikes. */
export type Point = { readonly site: CallSite; readonly fault: (typeof POINT_FAULTS)[number] };

/** More tries than any client of the functions makes. */
const SDK_TRIES = 4;

/** A plan with one fault. */
export const faultAt = ({ site: { functionName, nth }, fault }: Point): FaultPlan => {
  let failing: { readonly site: CallSite; left: number } | null = null;
  return (site) => {
    if (site.functionName === functionName && site.nth === nth) {
      if (fault === 'fail') failing = { site, left: SDK_TRIES - 1 };
      return fault;
    }
    if (failing === null || failing.left === 0) return null;
    const { invocation, operation } = failing.site;
    if (site.invocation !== invocation || site.operation !== operation || site.service === 'webhook') return null;
    failing.left -= 1;
    return 'fail';
  };
};

/** Faults at random, up to a number; `share` of the calls meet one. */
export const randomFaults = (random: Random, { share, most }: { share: number; most: number }): FaultPlan => {
  let left = most;
  return () => {
    if (left === 0 || !random.chance(share)) return null;
    left -= 1;
    return random.pick(FAULTS);
  };
};
