import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useState } from 'react';

const KEY = 'gatebell:theme';

const preferred = (): Mode => {
  const stored = localStorage.getItem(KEY);
  if (stored === Mode.Light || stored === Mode.Dark) return stored;
  return matchMedia('(prefers-color-scheme: dark)').matches ? Mode.Dark : Mode.Light;
};

const show = (mode: Mode): void => {
  applyMode(mode);
  document.documentElement.style.colorScheme = mode;
};

/** Applies the mode that the user chose, or else the system's. */
export const applyTheme = (): void => show(preferred());

/** Whether it is dark, and the switch. */
export const useTheme = (): { readonly isDark: boolean; readonly toggle: () => void } => {
  const [mode, setMode] = useState(preferred);
  const toggle = () => {
    const next = mode === Mode.Dark ? Mode.Light : Mode.Dark;
    localStorage.setItem(KEY, next);
    show(next);
    setMode(next);
  };
  return { isDark: mode === Mode.Dark, toggle };
};
