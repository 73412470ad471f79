import { useSyncExternalStore } from 'react';
import { hasUnsaved } from '../frame/unsaved.ts';

let goOn: (() => void) | null = null;
const listeners = new Set<() => void>();

const set = (next: typeof goOn): void => {
  goOn = next;
  for (const listener of listeners) listener();
};

/**
 * Resolves when the page may be left to sign in again: at once, or, where something is typed and not saved, when the
 * reader says so.
 */
export const mayLeave = (): Promise<void> =>
  hasUnsaved() ? new Promise((resolve) => set(resolve)) : Promise.resolve();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What lets the page be left, while the login has expired and something is not saved; else null. */
export const useExpired = (): (() => void) | null => useSyncExternalStore(subscribe, () => goOn);
