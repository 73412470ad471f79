import { type Invoke, THROTTLED } from './lambda.ts';

/**
 * How a function's event sources are held back: `pause` keeps what they have received, `disable` is a disabled mapping, which
 * receives nothing from a queue, and `throttle` refuses each invocation, as Lambda does while no execution is free.
 */
export type Hold = 'pause' | 'disable' | 'throttle';

/** Holds back what event sources hand to a function, so that a test can put something else in between. */
export type Pauses = {
  hold(functionId: string, how: Hold): void;
  resume(functionId: string): void;
  resumeAll(): void;
  /** The same invocation, but it waits or is refused while its function is held back. */
  guard(invoke: Invoke): Invoke;
  /** Waits while the function's mappings are disabled. */
  enabled(functionId: string): Promise<void>;
  /** Functions that are held back. */
  held(): readonly string[];
};

export const createPauses = (): Pauses => {
  const held = new Map<string, { readonly how: Hold; readonly end: PromiseWithResolvers<void> }>();
  const resume = (functionId: string) => {
    held.get(functionId)?.end.resolve();
    held.delete(functionId);
  };
  return {
    hold: (functionId, how) => {
      resume(functionId);
      held.set(functionId, { how, end: Promise.withResolvers() });
    },
    resume,
    resumeAll: () => {
      for (const functionId of [...held.keys()]) resume(functionId);
    },
    guard: (invoke) => async (functionId, event) => {
      // Again after each wait: it may have been held back anew before this went on.
      for (let found = held.get(functionId); found !== undefined; found = held.get(functionId)) {
        if (found.how === 'throttle') return { kind: 'error', errorType: THROTTLED, message: 'Rate Exceeded.' };
        await found.end.promise;
      }
      return invoke(functionId, event);
    },
    enabled: async (functionId) => {
      for (let found = held.get(functionId); found?.how === 'disable'; found = held.get(functionId))
        await found.end.promise;
    },
    held: () => [...held.keys()],
  };
};
