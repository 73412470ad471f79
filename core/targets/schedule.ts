import * as z from 'zod/mini';

/** Whether Intl knows a time zone by this name. Offsets such as `+02:00`, which know no daylight saving time, are none. */
const isTimeZone = (name: string): boolean => {
  if (!/^[a-z]/i.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const timeSchema = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Must be a time from 00:00 to 23:59'));

const timeZoneSchema = z
  .string()
  .check(z.refine(isTimeZone, 'Must be the name of a time zone, such as Europe/Berlin or UTC'));

const KINDS = [
  z.strictObject({ kind: z.literal('immediately') }),
  z.strictObject({ kind: z.literal('hourly') }),
  z.strictObject({ kind: z.literal('daily'), time: timeSchema, time_zone: timeZoneSchema }),
] as const;

/** When a route sends: at once, at each full hour, or each day at a local time. */
export const scheduleSchema = z
  .discriminatedUnion('kind', KINDS, {
    error: ({ input, code }) =>
      code === 'invalid_union' && input !== undefined ? 'Must be one of: immediately, hourly, daily' : undefined,
  })
  .register(z.globalRegistry, {
    id: 'Schedule',
    description:
      'At once, at each full hour, or each day at a time in a named time zone. If the clocks jump over the time, messages are sent at the jump; if they show it twice, the first time.',
  });

export type Schedule = z.infer<typeof scheduleSchema>;

/** The schedule of a route for which none is set. */
export const IMMEDIATELY: Schedule = { kind: 'immediately' };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What the clocks of a zone show, as milliseconds of the same date and time in UTC. */
type WallClock = (instantMs: number) => number;

const wallClock = (timeZone: string): WallClock => {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', minute: 'numeric', second: 'numeric' } as const;
  const options = { ...numeric, timeZone, calendar: 'gregory', hour: 'numeric', hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en', options);
  return (instantMs) => {
    const parts = new Map(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  };
};

const dayOf = (wallMs: number): number => Math.floor(wallMs / DAY_MS);

/** The first full second between two instants at which the zone has the later one's offset. */
const changeBetween = (clock: WallClock, fromMs: number, toMs: number): number => {
  const offset = clock(toMs) - toMs;
  let [before, since] = [fromMs, toMs];
  while (since - before > 1_000) {
    const middle = Math.floor((before + since) / 2_000) * 1_000;
    if (clock(middle) - middle === offset) since = middle;
    else before = middle;
  }
  return since;
};

/**
 * The first instant at which the clocks show a date and time or, where they jump over it, the instant of the jump. Null if
 * they jump over the whole day.
 */
const instantOf = (clock: WallClock, wallMs: number): number | null => {
  const [fromMs, toMs] = [wallMs - DAY_MS, wallMs + DAY_MS];
  // A time that exists twice is found first with the offset from before the change.
  const shown = [fromMs, toMs].map((nearMs) => wallMs - (clock(nearMs) - nearMs)).find((ms) => clock(ms) === wallMs);
  if (shown !== undefined) return shown;
  const jumpMs = changeBetween(clock, fromMs, toMs);
  return [jumpMs - 1_000, jumpMs].some((ms) => dayOf(clock(ms)) === dayOf(wallMs)) ? jumpMs : null;
};

const nextDaily = ({ time, timeZone }: { readonly time: string; readonly timeZone: string }, after: Date): Date => {
  const clock = wallClock(timeZone);
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  for (let day = dayOf(clock(after.getTime())); ; day += 1) {
    const instantMs = instantOf(clock, day * DAY_MS + hours * HOUR_MS + minutes * 60_000);
    if (instantMs !== null && instantMs > after.getTime()) return new Date(instantMs);
  }
};

/**
 * The next time after `after` at which a route sends; null if it sends at once. Of a local time that the clocks jump over,
 * that is the instant of the jump; one that they show twice counts once, the first time.
 */
export const nextScheduledAt = (schedule: Schedule, after: Date): Date | null => {
  switch (schedule.kind) {
    case 'immediately':
      return null;
    case 'hourly':
      return new Date((Math.floor(after.getTime() / HOUR_MS) + 1) * HOUR_MS);
    case 'daily':
      return nextDaily({ time: schedule.time, timeZone: schedule.time_zone }, after);
    default:
      return schedule satisfies never;
  }
};
