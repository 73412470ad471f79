import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useEffect, useSyncExternalStore } from 'react';

const KEY = 'gatebell:theme';
const DARK = matchMedia('(prefers-color-scheme: dark)');

/** The mode that the user chose, or else the system's. */
const preferred = (): Mode => {
  const stored = localStorage.getItem(KEY);
  if (stored === Mode.Light || stored === Mode.Dark) return stored;
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

/** Whether it is dark, and the switch. */
export const useTheme = (): { readonly isDark: boolean; readonly toggle: () => void } => {
  const mode = useSyncExternalStore(subscribe, preferred);
  const isDark = mode === Mode.Dark;
  useEffect(() => show(mode), [mode]);
  const toggle = () => {
    localStorage.setItem(KEY, isDark ? Mode.Light : Mode.Dark);
    dispatchEvent(new Event(CHOSEN));
  };
  return { isDark, toggle };
};
