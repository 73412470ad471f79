import { describe, expect, it } from 'vitest';
import { nextScheduledAt, scheduleSchema } from '../../../core/targets/schedule.ts';

type Row = readonly [what: string, zone: string, time: string, after: string, next: string];

const DAILY: readonly Row[] = [
  ['later today', 'UTC', '09:00', '2026-11-29T08:59:59.999Z', '2026-11-29T09:00Z'],
  ['tomorrow, at that time itself', 'UTC', '09:00', '2026-11-29T09:00Z', '2026-11-30T09:00Z'],
  ['midnight', 'UTC', '00:00', '2026-12-31T12:00Z', '2027-01-01T00:00Z'],
  ['midnight elsewhere', 'America/New_York', '00:00', '2026-12-31T12:00Z', '2027-01-01T05:00Z'],
  ['the last minute of a day', 'Europe/Berlin', '23:59', '2026-11-29T22:59Z', '2026-11-30T22:59Z'],
  ['a leap day', 'Europe/Berlin', '09:00', '2028-02-28T08:00Z', '2028-02-29T08:00Z'],
  ['after a leap day', 'Europe/Berlin', '09:00', '2028-02-29T08:00Z', '2028-03-01T08:00Z'],
  ['no leap day', 'UTC', '09:00', '2027-02-28T09:00Z', '2027-03-01T09:00Z'],
  ['a zone of 45 minutes', 'Asia/Kathmandu', '09:00', '2026-11-29T00:00Z', '2026-11-29T03:15Z'],
  ['a zone that is a day ahead', 'Pacific/Apia', '09:00', '2026-11-28T20:00Z', '2026-11-29T20:00Z'],

  ['the day before summer time', 'Europe/Berlin', '09:00', '2026-03-28T00:00Z', '2026-03-28T08:00Z'],
  ['the first day of summer time', 'Europe/Berlin', '09:00', '2026-03-28T08:00Z', '2026-03-29T07:00Z'],
  ['a time that the clocks jump over', 'Europe/Berlin', '02:30', '2026-03-28T12:00Z', '2026-03-29T01:00Z'],
  ['the day after that jump', 'Europe/Berlin', '02:30', '2026-03-29T01:00Z', '2026-03-30T00:30Z'],
  ['the instant of a jump', 'Europe/Berlin', '03:00', '2026-03-28T12:00Z', '2026-03-29T01:00Z'],
  ['the last minute before a jump', 'Europe/Berlin', '01:59', '2026-03-28T12:00Z', '2026-03-29T00:59Z'],
  ['the first of two', 'Europe/Berlin', '02:30', '2026-10-24T12:00Z', '2026-10-25T00:30Z'],
  ['not the second of two', 'Europe/Berlin', '02:30', '2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  ['nor between the two', 'Europe/Berlin', '02:30', '2026-10-25T01:15Z', '2026-10-26T01:30Z'],
  ['the first day of winter time', 'Europe/Berlin', '09:00', '2026-10-24T12:00Z', '2026-10-25T08:00Z'],

  ['a jump in New York', 'America/New_York', '02:15', '2026-03-07T12:00Z', '2026-03-08T07:00Z'],
  ['the first of two in New York', 'America/New_York', '01:30', '2026-10-31T12:00Z', '2026-11-01T05:30Z'],
  ['not the second in New York', 'America/New_York', '01:30', '2026-11-01T05:30Z', '2026-11-02T06:30Z'],

  ['a jump of half an hour', 'Australia/Lord_Howe', '02:15', '2026-10-03T00:00Z', '2026-10-03T15:30Z'],
  ['the day after half an hour', 'Australia/Lord_Howe', '02:15', '2026-10-03T15:30Z', '2026-10-04T15:15Z'],
  ['the first of two half hours', 'Australia/Lord_Howe', '01:45', '2026-04-04T00:00Z', '2026-04-04T14:45Z'],
  ['not the second half hour', 'Australia/Lord_Howe', '01:45', '2026-04-04T14:45Z', '2026-04-05T15:15Z'],

  ['the day before one that did not exist', 'Pacific/Apia', '09:00', '2011-12-29T00:00Z', '2011-12-29T19:00Z'],
  ['not on a day that did not exist', 'Pacific/Apia', '09:00', '2011-12-29T19:00Z', '2011-12-30T19:00Z'],
  ['a midnight that clocks jump over', 'America/Sao_Paulo', '00:00', '2018-11-03T12:00Z', '2018-11-04T03:00Z'],
  ['a jump over midnight', 'America/Toronto', '23:45', '1919-03-30T12:00Z', '1919-03-31T04:30Z'],
  ['a day that ends twice', 'America/Sao_Paulo', '23:30', '2018-02-17T12:00Z', '2018-02-18T01:30Z'],
  ['not its second end', 'America/Sao_Paulo', '23:30', '2018-02-18T01:30Z', '2018-02-19T02:30Z'],
];

describe('The next scheduled time', () => {
  it.each(DAILY)('daily: %s', (_, time_zone, time, after, next) => {
    const schedule = scheduleSchema.parse({ kind: 'daily', time, time_zone });
    expect(nextScheduledAt(schedule, new Date(after))).toEqual(new Date(next));
  });

  it.each([
    ['2026-11-29T08:00:00.001Z', '2026-11-29T09:00Z'],
    ['2026-11-29T09:00Z', '2026-11-29T10:00Z'],
    ['2026-12-31T23:59:59Z', '2027-01-01T00:00Z'],
  ])('hourly: after %s at %s', (after, next) => {
    expect(nextScheduledAt({ kind: 'hourly' }, new Date(after))).toEqual(new Date(next));
  });

  it('is none for a route that sends immediately', () => {
    expect(nextScheduledAt({ kind: 'immediately' }, new Date('2026-11-29T09:00Z'))).toBeNull();
  });

  it('comes once a day, on each day of two years, in zones with every kind of change', () => {
    for (const time_zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca']) {
      const day = new Intl.DateTimeFormat('en', { timeZone: time_zone, dateStyle: 'short' });
      const days: string[] = [];
      let at = new Date('2026-01-01T12:00Z');
      while (days.length < 730) {
        const next = nextScheduledAt({ kind: 'daily', time: '02:15', time_zone }, at);
        if (next === null) throw new Error('It has a next time');
        days.push(day.format(next));
        at = next;
      }
      expect(new Set(days).size).toBe(730);
      expect(at.getTime() - Date.parse('2026-01-01T12:00Z')).toBeLessThan(731 * 86_400_000);
    }
  });
});

describe('A schedule', () => {
  it.each([
    { kind: 'immediately' },
    { kind: 'hourly' },
    { kind: 'daily', time: '00:00', time_zone: 'UTC' },
    { kind: 'daily', time: '23:59', time_zone: 'America/Argentina/Buenos_Aires' },
    { kind: 'daily', time: '09:00', time_zone: 'Etc/GMT+5' },
  ])('can be $kind $time $time_zone', (schedule) => {
    expect(scheduleSchema.parse(schedule)).toEqual(schedule);
  });

  const daily = { kind: 'daily', time: '09:00', time_zone: 'UTC' };
  it.each([
    ['an offset for a zone', { ...daily, time_zone: '+02:00' }, 'time_zone', /name of a time zone/],
    ['an unknown zone', { ...daily, time_zone: 'Europe/Atlantis' }, 'time_zone', /name of a time zone/],
    ['no zone', { kind: 'daily', time: '09:00' }, 'time_zone', /.*/],
    ['an hour past the day', { ...daily, time: '24:00' }, 'time', /00:00 to 23:59/],
    ['a time without a leading zero', { ...daily, time: '9:00' }, 'time', /00:00 to 23:59/],
    ['a time with seconds', { ...daily, time: '09:00:00' }, 'time', /00:00 to 23:59/],
    ['a kind that there is none of', { kind: 'weekly' }, 'kind', /immediately, hourly, daily/],
    ['a time for each hour', { kind: 'hourly', time: '09:00' }, '', /.*/],
    ['a text', 'hourly', '', /.*/],
  ])("can't have %s", (_, schedule, path, message) => {
    const issue = scheduleSchema.safeParse(schedule).error?.issues[0];
    expect(issue?.path.join('.')).toBe(path);
    expect(issue?.message).toMatch(message);
  });
});
