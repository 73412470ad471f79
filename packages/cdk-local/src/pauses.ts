import type { Invoke } from './lambda.ts';

/** Holds back what event sources hand to a function, so that a test can put something else in between. */
export type Pauses = {
  pause(functionId: string): void;
  resume(functionId: string): void;
  resumeAll(): void;
  /** The same invocation, but it waits while its function is paused. */
  guard(invoke: Invoke): Invoke;
  paused(): readonly string[];
};

export const createPauses = (): Pauses => {
  const held = new Map<string, PromiseWithResolvers<void>>();
  const resume = (functionId: string) => {
    held.get(functionId)?.resolve();
    held.delete(functionId);
  };
  return {
    pause: (functionId) => {
      if (!held.has(functionId)) held.set(functionId, Promise.withResolvers());
    },
    resume,
    resumeAll: () => {
      for (const functionId of [...held.keys()]) resume(functionId);
    },
    guard: (invoke) => async (functionId, event) => {
      // Again after each wait: it may have been paused anew before this went on.
      for (let wait = held.get(functionId); wait !== undefined; wait = held.get(functionId)) await wait.promise;
      return invoke(functionId, event);
    },
    paused: () => [...held.keys()],
  };
};
