import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useState } from 'react';

const KEY = 'gatebell:theme';

const preferred = (): Mode => {
  const kept = localStorage.getItem(KEY);
  if (kept === Mode.Light || kept === Mode.Dark) return kept;
  return matchMedia('(prefers-color-scheme: dark)').matches ? Mode.Dark : Mode.Light;
};

const show = (mode: Mode): void => {
  applyMode(mode);
  document.documentElement.style.colorScheme = mode;
};

/** Puts on the colours that the reader chose, or else those of their machine. */
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
