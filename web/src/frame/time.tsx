import { useSyncExternalStore } from 'react';

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const ABSOLUTE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** Units and how many seconds they have, smallest first; each serves until the next one is reached. */
const UNITS = [
  ['second', 1],
  ['minute', 60],
  ['hour', 3_600],
  ['day', 86_400],
  ['month', 2_629_746],
  ['year', 31_556_952],
] as const;

const TICK_MS = 15_000;
const listeners = new Set<() => void>();
setInterval(() => {
  for (const listener of listeners) listener();
}, TICK_MS);

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const tick = (): number => Math.floor(Date.now() / TICK_MS);

/** The exact time; a text that is no time stays as it is. */
const absolute = (iso: string): string => (Number.isNaN(Date.parse(iso)) ? iso : ABSOLUTE.format(new Date(iso)));

const relative = (iso: string, nowMs: number): string => {
  if (Number.isNaN(Date.parse(iso))) return iso;
  const seconds = Math.min(0, (Date.parse(iso) - nowMs) / 1_000);
  if (seconds > -10) return 'now';
  const [unit, size] = UNITS.findLast(([, length]) => -seconds >= length) ?? UNITS[0];
  return RELATIVE.format(Math.round(seconds / size), unit);
};

/** A time as people say it, in words that keep up with the clock; the exact one shows on hover. */
export const Ago = ({ iso }: { readonly iso: string }) => {
  useSyncExternalStore(subscribe, tick);
  return (
    <time dateTime={iso} title={absolute(iso)}>
      {relative(iso, Date.now())}
    </time>
  );
};

/** The exact time, where there is room for it. */
export const At = ({ iso }: { readonly iso: string }) => <time dateTime={iso}>{absolute(iso)}</time>;
