import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useEffect, useSyncExternalStore } from 'react';

const KEY = 'gatebell:theme';
const DARK = matchMedia('(prefers-color-scheme: dark)');

/** What a user can choose; the system's mode at first. */
export type Choice = Mode | 'system';

const chosen = (): Choice => {
  const stored = localStorage.getItem(KEY);
  return stored === Mode.Light || stored === Mode.Dark ? stored : 'system';
};

/** The mode that the user chose, or else the system's. */
const preferred = (): Mode => {
  const choice = chosen();
  if (choice !== 'system') return choice;
  return DARK.matches ? Mode.Dark : Mode.Light;
};

const show = (mode: Mode): void => {
  applyMode(mode);
  document.documentElement.style.colorScheme = mode;
};

/** Applies the preferred mode before the page is drawn. */
export const applyTheme = (): void => show(preferred());

const CHOSEN = 'gatebell:theme-chosen';

/** The browser reports a choice to its other tabs only, as `storage`. */
const subscribe = (changed: () => void): (() => void) => {
  addEventListener('storage', changed);
  addEventListener(CHOSEN, changed);
  DARK.addEventListener('change', changed);
  return () => {
    removeEventListener('storage', changed);
    removeEventListener(CHOSEN, changed);
    DARK.removeEventListener('change', changed);
  };
};

/** The user's choice, which all tabs share. */
export const useTheme = (): { readonly choice: Choice; readonly choose: (choice: Choice) => void } => {
  const mode = useSyncExternalStore(subscribe, preferred);
  const choice = useSyncExternalStore(subscribe, chosen);
  useEffect(() => show(mode), [mode]);
  const choose = (next: Choice) => {
    if (next === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
    dispatchEvent(new Event(CHOSEN));
  };
  return { choice, choose };
};
