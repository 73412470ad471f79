import { useSyncExternalStore } from 'react';

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
/** Both in the reader's time zone; the exact one names it. */
const SHORT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'full' });

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

/** A time in a format; a text that is no time stays as it is. */
const format = (iso: string, how: Intl.DateTimeFormat): string =>
  Number.isNaN(Date.parse(iso)) ? iso : how.format(new Date(iso));

/** Seconds from now, negative in the past, in words. */
const inWords = (seconds: number): string => {
  const distance = Math.abs(seconds);
  if (distance < 10) return 'now';
  const [unit, size] = UNITS.findLast(([, length]) => distance >= length) ?? UNITS[0];
  return RELATIVE.format(Math.round(seconds / size), unit);
};

type TimeProps = { readonly iso: string };
type Bound = (seconds: number, zero: number) => number;

/** `bound` keeps a time on its side of now: clocks differ. */
const Relative = ({ iso, bound }: TimeProps & { readonly bound: Bound }) => {
  useSyncExternalStore(subscribe, tick);
  const seconds = (Date.parse(iso) - Date.now()) / 1_000;
  return (
    <time className="one-line" dateTime={iso} title={format(iso, EXACT)}>
      {Number.isNaN(seconds) ? iso : inWords(bound(seconds, 0))}
    </time>
  );
};

/** The time in milliseconds since the epoch, in steps of seconds. */
export const useNow = (): number => useSyncExternalStore(subscribe, tick) * TICK_MS;

/** A past time as people say it, in words that follow the clock; on hover exactly, with the time zone. */
export const Ago = ({ iso }: TimeProps) => <Relative iso={iso} bound={Math.min} />;

/** The same for a time to come. */
export const Until = ({ iso }: TimeProps) => <Relative iso={iso} bound={Math.max} />;

/** A time in words, in the reader's time zone. */
export const shortTime = (iso: string): string => format(iso, SHORT);

/** The time where there is room for it, in the reader's time zone, which shows on hover. */
export const At = ({ iso }: TimeProps) => (
  <time dateTime={iso} title={format(iso, EXACT)}>
    {format(iso, SHORT)}
  </time>
);

const isSameDay = (iso: string, nowMs: number): boolean =>
  new Date(iso).toDateString() === new Date(nowMs).toDateString();

/** The time of day, with the day if it is another one; on hover exactly, with the time zone. */
export const When = ({ iso, nowMs }: TimeProps & { readonly nowMs: number }) => (
  <time dateTime={iso} title={format(iso, EXACT)}>
    {format(iso, isSameDay(iso, nowMs) ? CLOCK : SHORT)}
  </time>
);
