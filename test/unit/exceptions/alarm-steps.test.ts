import { describe, expect, it } from 'vitest';
import type { AlarmChange } from '../../../core/exceptions/alarm-change.ts';
import { onAlarmChange } from '../../../core/exceptions/alarm-steps.ts';
import { prepareException } from '../../../core/exceptions/model.ts';
import { type ExceptionWindow, NOTHING_HELD_BACK, openWindow } from '../../../core/exceptions/window.ts';

const NOW = new Date('2026-11-28T12:00:00.000Z');
const inSeconds = (seconds: number): string => new Date(NOW.getTime() + seconds * 1_000).toISOString();

const change = (state: AlarmChange['state'], seconds: number, was_alarm = state === 'OK'): AlarmChange => ({
  arn: 'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:a',
  state,
  was_alarm,
  changed_at: inSeconds(seconds),
});

/** A window that was opened so many seconds from now by a change of the alarm, which may have held back others since. */
const windowAfter = (alarm: AlarmChange, held_back = 0): ExceptionWindow => ({
  ...openWindow(
    prepareException({
      origin: 'alarm',
      type: 'exception',
      exception_class: 'CloudWatchAlarm',
      message: 'm',
      trace: null,
      function: 'a',
      arguments: null,
      product_id: null,
      user: null,
      fingerprint: alarm.arn,
      alarm,
    }),
    { fingerprint: 'f', grouping: 'similar', now: new Date(alarm.changed_at) },
  ),
  held_back,
  last_at: held_back === 0 ? null : inSeconds(-1),
});

const IGNORE = { kind: 'ignore' };
const NOTIFY = { kind: 'notify', heldBack: NOTHING_HELD_BACK };
const held = (seconds: number, suppressed: number) => ({
  suppressed,
  suppressed_since: inSeconds(seconds),
  suppressed_last: inSeconds(-1),
});

describe('an alarm that goes off', () => {
  const raised = windowAfter(change('ALARM', -60));
  it.each([
    ['for the first time', null, change('ALARM', 0), 600, NOTIFY],
    ['in an open window', raised, change('ALARM', 0), 600, { kind: 'hold-back', window: raised }],
    ['after it was OK, in the same hour', windowAfter(change('OK', -60)), change('ALARM', 0), 3_600, NOTIFY],
    ['without a rate limit', raised, change('ALARM', 0), 0, NOTIFY],
    ['and is delivered twice', raised, change('ALARM', -60), 600, IGNORE],
    ['and is delivered twice without a rate limit', raised, change('ALARM', -60), 0, IGNORE],
    ['and is delivered after a later ALARM', raised, change('ALARM', -90), 600, IGNORE],
    ['and is delivered after the OK that followed', windowAfter(change('OK', -60)), change('ALARM', -61), 0, IGNORE],
    ['at the time of the OK', windowAfter(change('OK', -60)), change('ALARM', -60), 0, IGNORE],
  ] as const)('%s', (_, window, of, rateLimitSeconds, step) => {
    expect(onAlarmChange(window, of, { rateLimitSeconds, now: NOW })).toMatchObject(step);
  });
});

describe('an alarm that is OK', () => {
  it.each([
    ['after ALARM', windowAfter(change('ALARM', -60)), change('OK', 0), NOTIFY],
    [
      'after ALARM, which held some back',
      windowAfter(change('ALARM', -60), 3),
      change('OK', 0),
      { heldBack: held(-60, 3) },
    ],
    ['after an ALARM that nobody knows any more', null, change('OK', 0), NOTIFY],
    ['after ALARM and INSUFFICIENT_DATA', windowAfter(change('ALARM', -60)), change('OK', 0, false), NOTIFY],
    ['at the time of the ALARM', windowAfter(change('ALARM', 0)), change('OK', 0), NOTIFY],
    ['after INSUFFICIENT_DATA alone', null, change('OK', 0, false), IGNORE],
    ['after OK and INSUFFICIENT_DATA', windowAfter(change('OK', -60)), change('OK', 0, false), IGNORE],
    ['after an ALARM that did not come', windowAfter(change('OK', -60)), change('OK', 0), NOTIFY],
    ['and is delivered twice', windowAfter(change('OK', -60)), change('OK', -60), IGNORE],
    ['and is delivered after the ALARM that followed', windowAfter(change('ALARM', 0)), change('OK', -1), IGNORE],
  ] as const)('%s', (_, window, of, step) => {
    for (const rateLimitSeconds of [0, 3_600]) {
      expect(onAlarmChange(window, of, { rateLimitSeconds, now: NOW })).toMatchObject(step);
    }
  });
});
