import { describe, expect, it } from 'vitest';
import { dueOf, routeDue } from '../../../core/targets/due.ts';
import type { Mute } from '../../../core/targets/mute.ts';
import type { Schedule } from '../../../core/targets/schedule.ts';

const NOW = new Date('2026-11-29T08:10:00.000Z');
const AT_ONCE: Schedule = { kind: 'immediately' };
const HOURLY: Schedule = { kind: 'hourly' };
const AT_NINE: Schedule = { kind: 'daily', time: '09:00', time_zone: 'UTC' };

const until = (time: string): Mute => ({
  until: `2026-${time}:00.000Z`,
  reason: 'Maintenance',
  since: '2026-11-28T00:00:00.000Z',
  by: 'olivia',
});

type Row = readonly [what: string, Schedule, mutes: readonly string[], at: string, reason: 'schedule' | 'mute' | null];

const TABLE: readonly Row[] = [
  ['at once', AT_ONCE, [], '11-29T08:10', null],
  ['at once after a mute that is over', AT_ONCE, ['11-29T08:10'], '11-29T08:10', null],
  ['when a mute ends', AT_ONCE, ['11-29T12:34'], '11-29T12:34', 'mute'],
  ['when the longest mute ends', AT_ONCE, ['11-29T12:34', '11-30T01:00', '11-29T13:00'], '11-30T01:00', 'mute'],
  ['at the full hour', HOURLY, [], '11-29T09:00', 'schedule'],
  ['at the full hour after a mute', HOURLY, ['11-29T12:34'], '11-29T13:00', 'mute'],
  ['when a mute ends at the full hour', HOURLY, ['11-29T12:00'], '11-29T12:00', 'mute'],
  ['at the hour that a short mute does not reach', HOURLY, ['11-29T08:45'], '11-29T09:00', 'schedule'],
  ['at the hour at which a mute ends', HOURLY, ['11-29T09:00'], '11-29T09:00', 'schedule'],
  ['at the time of the day', AT_NINE, [], '11-29T09:00', 'schedule'],
  ['a day later for a mute', AT_NINE, ['11-29T09:01'], '11-30T09:00', 'mute'],
  ['days later for a mute', AT_NINE, ['12-04T09:00', '11-29T08:30'], '12-04T09:00', 'mute'],
];

describe('What happens now is sent', () => {
  it.each(TABLE)('%s', (_, schedule, mutes, at, due_reason) => {
    expect(dueOf({ schedule, mutes: mutes.map(until) }, NOW)).toEqual({ due_at: `2026-${at}:00.000Z`, due_reason });
  });

  it('by the schedule and the mutes of its own channel, and by those of all', () => {
    const mutes = { slack: until('11-29T10:00'), all: until('11-29T09:00') };
    const owner = { schedules: { email: HOURLY }, mutes };
    expect(routeDue(owner, 'slack', NOW)).toEqual({ due_at: '2026-11-29T10:00:00.000Z', due_reason: 'mute' });
    expect(routeDue(owner, 'ms_teams', NOW)).toEqual({ due_at: '2026-11-29T09:00:00.000Z', due_reason: 'mute' });
    expect(routeDue(owner, 'email', NOW)).toEqual({ due_at: '2026-11-29T09:00:00.000Z', due_reason: 'schedule' });
    expect(routeDue({ schedules: {}, mutes: {} }, 'email', NOW)).toEqual({
      due_at: NOW.toISOString(),
      due_reason: null,
    });
  });
});
