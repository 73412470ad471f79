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

/** One of some words that this browser remembers, the first one until another is chosen. */
export const useStoredChoice = <Choice extends string>(
  key: string,
  choices: readonly [Choice, ...Choice[]],
): readonly [Choice, (value: Choice) => void] => {
  const [value, setValue] = useState(
    () => choices.find((choice) => choice === localStorage.getItem(key)) ?? choices[0],
  );
  const store = (next: Choice): void => {
    localStorage.setItem(key, next);
    setValue(next);
  };
  return [value, store];
};
