import { describe, expect, it } from 'vitest';
import { isMuted, type Mute, muteInputSchema } from '../../../core/targets/mute.ts';
import { reviseMutes, toRouteFields } from '../../../core/targets/route-fields.ts';

const NOW = new Date('2026-11-29T08:10:00.000Z');
const LATER = '2026-11-30T00:00:00.000Z';
const OVER = '2026-11-29T08:10:00.000Z';
const by = { user: 'mike', now: NOW };

const ofOlivia = (until: string): Mute => ({
  until,
  reason: 'Load test',
  since: '2026-11-28T00:00:00.000Z',
  by: 'olivia',
});
const ofMike = (until: string, reason = 'Load test'): Mute => ({ until, reason, since: NOW.toISOString(), by: 'mike' });

describe('A mute', () => {
  it('is over at its end', () => {
    expect(isMuted(ofOlivia(OVER), NOW)).toBe(false);
    expect(isMuted(ofOlivia('2026-11-29T08:10:00.001Z'), NOW)).toBe(true);
  });

  it.each([
    ['2026-11-29T08:10:00.001Z', null],
    ['2026-11-29T08:10:00.000Z', 'Must be in the future'],
    ['2026-11-29T09:10:00+01:00', 'Must be in the future'],
    ['2027-11-29T08:10:00.000Z', null],
    ['2027-11-29T08:10:00.001Z', 'Must be at most 365 days ahead'],
    ['9999-12-31T23:59:59Z', 'Must be at most 365 days ahead'],
  ])('until %s: %s', (until, message) => {
    const { error } = muteInputSchema(() => NOW).safeParse({ until, reason: 'Load test' });
    expect(error?.issues.map((issue) => [issue.path.join('.'), issue.message]) ?? null).toEqual(
      message && [['until', message]],
    );
  });

  it.each(['2026-11-31T00:00:00Z', '2026-11-30T00:00', 'tomorrow', ''])(
    'until %j: no time, and nothing else',
    (until) => {
      const { error } = muteInputSchema(() => NOW).safeParse({ until, reason: 'Load test' });
      expect(error?.issues.map(({ path, code }) => [path, code])).toEqual([[['until'], 'invalid_format']]);
    },
  );

  it('is kept in UTC, with its reason trimmed', () => {
    const input = { until: '2026-11-30T01:00:00+01:00', reason: ' Load test\n' };
    expect(muteInputSchema(() => NOW).parse(input)).toEqual({ until: LATER, reason: 'Load test' });
  });
});

describe('Mutes', () => {
  const set = { until: LATER, reason: 'Load test' };
  it.each([
    ['are those of who sets them', {}, { all: set }, { all: ofMike(LATER) }],
    ['stay if nothing is said of them', { slack: ofOlivia(LATER) }, undefined, { slack: ofOlivia(LATER) }],
    [
      'stay as they are if they are sent unchanged',
      { slack: ofOlivia(LATER) },
      { slack: set },
      { slack: ofOlivia(LATER) },
    ],
    [
      'end if they are left out',
      { slack: ofOlivia(LATER), all: ofOlivia(LATER) },
      { all: set },
      { all: ofOlivia(LATER) },
    ],
    ['end if they are null', { slack: ofOlivia(LATER) }, { slack: null }, {}],
    ['have a new user with a new time', { slack: ofOlivia(OVER) }, { slack: set }, { slack: ofMike(LATER) }],
    [
      'have a new user with a new reason',
      { slack: ofOlivia(LATER) },
      { slack: { until: LATER, reason: 'Move' } },
      { slack: ofMike(LATER, 'Move') },
    ],
    ['of another channel are new', { slack: ofOlivia(LATER) }, { email: set }, { email: ofMike(LATER) }],
  ])('%s', (_, before, change, after) => {
    expect(reviseMutes(before, change, by)).toEqual(after);
  });

  it('are shown while they are in force', () => {
    const mutes = { slack: ofOlivia(OVER), all: ofOlivia(LATER) };
    expect(toRouteFields('notification', { schedules: {}, mutes }, NOW)).toEqual({
      notification_schedule: {},
      notification_mute: { all: ofOlivia(LATER) },
    });
  });
});
