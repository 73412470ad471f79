import type { Invoke, InvokeResult, Running } from '../lambda.ts';

/** What every source needs from the stack. `now` may run ahead of the machine's clock when a test moves time. */
export type SourceDeps = {
  readonly invoke: Invoke;
  now(): Date;
  /** One line about what went wrong or was discarded; never a payload. */
  log(line: string): void;
};

/** A runner that breaks is to a source what a broken function is: no reason to lose the event. */
export const invokeSafely = async (deps: SourceDeps, functionId: string, event: unknown): Promise<InvokeResult> => {
  try {
    return await deps.invoke(functionId, event);
  } catch (error) {
    return { kind: 'error', errorType: 'Runner', message: String(error) };
  }
};

/** A running event source of a function. */
export type EventSource = Running & {
  /**
   * Looks at the engine: true when everything that was there before this call has been handled, and nothing is being
   * handled. What waits for its time (a delayed or an invisible message) does not count as work.
   */
  isIdle(): Promise<boolean>;
  /** How many invocations it has begun. */
  invocationCount(): number;
};

/**
 * True when none of the sources has work. One round of looking is not enough, as a function can feed a source that was
 * found idle before it; two idle rounds with no invocation in between are.
 */
export const areIdle = async (sources: readonly EventSource[]): Promise<boolean> => {
  const begun = () => sources.reduce((sum, source) => sum + source.invocationCount(), 0);
  const allIdle = async () => (await Promise.all(sources.map((source) => source.isIdle()))).every(Boolean);
  const before = begun();
  return (await allIdle()) && (await allIdle()) && begun() === before;
};
