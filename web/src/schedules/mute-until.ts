/** For how long to mute, in the order of the list. */
export const MUTE_CHOICES = [
  { value: 'hour', label: '1 hour' },
  { value: 'hours', label: '8 hours' },
  { value: 'tomorrow', label: 'Until tomorrow 9:00' },
  { value: 'week', label: '1 week' },
  { value: 'time', label: 'Until a date and time' },
] as const;

export type MuteChoice = (typeof MUTE_CHOICES)[number]['value'];

/** A date and a time of the reader's clock as they are typed. */
export type Typed = { readonly date: string; readonly time: string };

const HOUR_MS = 3_600_000;

const inHours = (now: Date, hours: number): Date => new Date(now.getTime() + hours * HOUR_MS);

const onDay = (now: Date, days: number, hours: number, minutes: number): Date =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hours, minutes);

/** When a mute ends, by the reader's clock; null while a date or time is missing. */
export const muteUntil = (choice: MuteChoice, { date, time }: Typed, now: Date): Date | null => {
  switch (choice) {
    case 'hour':
      return inHours(now, 1);
    case 'hours':
      return inHours(now, 8);
    case 'tomorrow':
      return onDay(now, 1, 9, 0);
    case 'week':
      return onDay(now, 7, now.getHours(), now.getMinutes());
    case 'time': {
      if (!/^\d{4}-\d\d-\d\d$/.test(date)) return null;
      const at = new Date(`${date}T${time}`);
      return Number.isNaN(at.getTime()) ? null : at;
    }
    default:
      return choice satisfies never;
  }
};
