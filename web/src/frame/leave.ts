import { useSyncExternalStore } from 'react';
import { hasUnsaved } from './unsaved.ts';

let leave: (() => void) | null = null;
const listeners = new Set<() => void>();

const set = (next: typeof leave): void => {
  leave = next;
  for (const listener of listeners) listener();
};

/** Does what takes typed text away: at once, or where some isn't saved, after the reader has agreed. */
export const leaveBy = (go: () => void): void => {
  if (hasUnsaved()) set(go);
  else go();
};

/** Keeps the page as it is. */
export const stay = (): void => set(null);

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What the reader is asked about: the step that would take unsaved text away, or null. */
export const useLeaving = (): (() => void) | null => useSyncExternalStore(subscribe, () => leave);
