import { describe, expect, it } from 'vitest';
import { beyondFields, Problem, withoutField } from '../../../web/src/api/problem.ts';
import { isSame } from '../../../web/src/forms/is-same.ts';
import { muteUntil } from '../../../web/src/schedules/mute-until.ts';
import { scheduleText } from '../../../web/src/schedules/schedule-text.ts';
import { scopeLabel, scopesOf } from '../../../web/src/schedules/scopes.ts';

// The reader's clock is the machine's: expected times are of that zone, too.
const NOW = new Date(2026, 11, 30, 22, 10, 30);
const NOTHING = { date: '', time: '' };

describe('a mute ends', () => {
  it.each([
    ['hour', new Date(2026, 11, 30, 23, 10, 30)],
    ['hours', new Date(2026, 11, 31, 6, 10, 30)],
    ['tomorrow', new Date(2026, 11, 31, 9)],
    ['week', new Date(2027, 0, 6, 22, 10)],
  ] as const)('%s: %s', (choice, end) => {
    expect(muteUntil(choice, NOTHING, NOW)).toEqual(end);
  });

  it.each([
    ['2026-12-31', '09:30', new Date(2026, 11, 31, 9, 30)],
    ['2026-12-31', '', null],
    ['2026-12-31', '09:', null],
    ['', '09:30', null],
    ['2026-13-01', '09:30', null],
    ['2026-12', '09:30', null],
  ])('on %s at %s', (date, time, end) => {
    expect(muteUntil('time', { date, time }, NOW)).toEqual(end);
  });
});

it('a schedule is named in words, with its zone', () => {
  expect(scheduleText({ kind: 'immediately' })).toBe('Immediately');
  expect(scheduleText({ kind: 'hourly' })).toBe('Every hour');
  expect(scheduleText({ kind: 'daily', time: '09:00', time_zone: 'Europe/Berlin' })).toBe(
    'Every day at 09:00 (Europe/Berlin)',
  );
});

it('all channels can be muted, and each that is set', () => {
  expect(scopesOf([]).map(({ label }) => label)).toEqual(['All channels']);
  expect(scopeLabel('all')).toBe('All channels');
  expect(scopeLabel('ms_teams')).toBe('Microsoft Teams');
});

describe('a field that is an object', () => {
  it.each([
    [{ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }, true],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [{ a: 1, b: 2 }, { a: 1, c: 2 }, false],
    [{}, null, false],
    [null, null, true],
    ['a', 'a', true],
    ['a', 'b', false],
  ])('%j and %j are the same: %s', (one, other, same) => {
    expect(isSame(one, other)).toBe(same);
    expect(isSame(other, one)).toBe(same);
  });

  it('shows the errors of its parts', () => {
    const errors = [
      { path: 'notification_schedule.email.time', message: 'wrong' },
      { path: 'notification_schedules', message: 'unknown' },
    ];
    const problem = new Problem(400, 'The request is invalid', errors);
    expect(beyondFields(problem, ['notification_schedule'])?.errors).toEqual([errors[1]]);
    expect(withoutField(problem, 'notification_schedule')?.errors).toEqual([errors[1]]);
  });
});
