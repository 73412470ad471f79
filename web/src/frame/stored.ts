import { useState } from 'react';

/** A number that this browser remembers, such as the size of a panel. */
export const useStoredNumber = (key: string, initial: number): readonly [number, (value: number) => void] => {
  const [value, setValue] = useState(() => Number(localStorage.getItem(key)) || initial);
  const store = (next: number): void => {
    localStorage.setItem(key, String(next));
    setValue(next);
  };
  return [value, store];
};
