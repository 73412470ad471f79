import { useState } from 'react';
import { useCaller } from '../api/api-context.ts';
import { type ListPreferences, preferencesOf } from './list-preferences.ts';

/** The person's preferences of a list, which this browser remembers. */
export const useListPreferences = (
  list: string,
): readonly [ListPreferences, (change: Partial<ListPreferences>) => void] => {
  const { user } = useCaller();
  const key = `gatebell:${list}:${user}`;
  const [preferences, setPreferences] = useState(() => preferencesOf(localStorage.getItem(key)));
  const change = (changed: Partial<ListPreferences>): void => {
    const next = { ...preferences, ...changed };
    localStorage.setItem(key, JSON.stringify(next));
    setPreferences(next);
  };
  return [preferences, change];
};
