import { useSyncExternalStore } from 'react';
import { asProblem, describeProblem } from '../api/problem.ts';
import { hasUnsaved } from '../frame/unsaved.ts';

/** How a reader whose login has expired signs in again. */
export type SignIn = {
  /** Leaves the page. */
  readonly leave: () => Promise<never>;
  /** Signs in beside the page, which stays as it is. Must be called from a click, or the browser blocks the window. */
  readonly inNewTab: () => Promise<void>;
};

/** A login that has expired while something isn't saved. */
export type Expiry = {
  readonly signIn: () => void;
  readonly signInHere: () => void;
  readonly isBusy: boolean;
  /** Why the last sign-in failed; empty at first. */
  readonly error: string;
};

let expiry: Expiry | null = null;
const listeners = new Set<() => void>();

const set = (next: Expiry | null): void => {
  expiry = next;
  for (const listener of listeners) listener();
};

/** Signs in again: at once, or where leaving would lose unsaved text, beside the page when the reader says so. */
export const onExpired = async ({ leave, inNewTab }: SignIn): Promise<void> => {
  if (!hasUnsaved()) return leave();
  await new Promise<void>((resolve) => {
    const ask = (isBusy: boolean, error = '') => set({ signIn, signInHere: () => void leave(), isBusy, error });
    const signIn = () => {
      const signedIn = inNewTab();
      ask(true);
      signedIn.then(
        () => {
          set(null);
          resolve();
        },
        (cause) => ask(false, describeProblem(asProblem(cause))),
      );
    };
    ask(false);
  });
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useExpiry = (): Expiry | null => useSyncExternalStore(subscribe, () => expiry);
