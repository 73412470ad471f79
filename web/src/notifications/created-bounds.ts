/** The bounds of a range of days, as the filter names them: from a day on, and up to a day. */
export type BoundOperator = '>=' | '<=';

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_ONLY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const DATE_AND_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const isoOf = (date: Date): string | null => (Number.isNaN(date.getTime()) ? null : date.toISOString());

/**
 * The instant (ISO 8601) of a day in the reader's time zone: its beginning, or the beginning of the next day, which is
 * the first one that `<=` leaves out. An instant stays as it is; null if the text is neither.
 */
export const boundOf = (text: string, operator: BoundOperator): string | null => {
  const day = DAY.exec(text.trim());
  if (day === null) return isoOf(new Date(text));
  const [year = 0, month = 0, date = 0] = day.slice(1).map(Number);
  return isoOf(new Date(year, month - 1, operator === '<=' ? date + 1 : date));
};

/** The last instant that a bound includes, or the first one. */
const within = (iso: string, operator: BoundOperator): Date =>
  new Date(operator === '<=' ? Date.parse(iso) - 1 : Date.parse(iso));

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** The day of a bound in the reader's time zone, as `2026-11-28`; empty if it is no time. */
export const dayOf = (iso: string, operator: BoundOperator): string => {
  const date = within(iso, operator);
  if (Number.isNaN(date.getTime())) return '';
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
};

/** A bound in words: its day, with the time unless it is midnight. */
export const describeBound = (iso: string, operator: BoundOperator): string => {
  const instant = new Date(iso);
  // An address may have been edited by hand.
  if (Number.isNaN(instant.getTime())) return iso;
  const isMidnight = instant.getHours() === 0 && instant.getMinutes() === 0;
  return isMidnight ? DATE_ONLY.format(within(iso, operator)) : DATE_AND_TIME.format(instant);
};
