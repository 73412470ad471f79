import { describe, expect, it } from 'vitest';
import { prepareException } from '../../../core/exceptions/model.ts';
import { type ExceptionWindow, NOTHING_HELD_BACK, openWindow } from '../../../core/exceptions/window.ts';
import { onClosing, onOccurrence } from '../../../core/exceptions/window-steps.ts';

const NOW = new Date('2026-11-28T12:00:00.000Z');
const inSeconds = (seconds: number): string => new Date(NOW.getTime() + seconds * 1_000).toISOString();

const EXCEPTION = prepareException({
  origin: 'reported',
  type: 'exception',
  exception_class: 'TypeError',
  message: 'x is undefined',
  trace: null,
  function: 'importer',
  arguments: null,
  product_id: null,
  user: null,
});

/** A window that was opened so many seconds from now. */
const opened = (seconds: number, held_back = 0): ExceptionWindow => ({
  ...openWindow(EXCEPTION, { fingerprint: 'f', grouping: 'similar', now: NOW }),
  opened_at: inSeconds(seconds),
  held_back,
  last_at: held_back === 0 ? null : inSeconds(seconds + 1),
});

/** What a window that was opened so many seconds from now held back. */
const heldBack = (seconds: number, suppressed: number) => ({
  suppressed,
  suppressed_since: inSeconds(seconds),
  suppressed_last: inSeconds(seconds + 1),
});

describe('an exception', () => {
  const FIRST = { kind: 'notify', opensWindow: true, heldBack: NOTHING_HELD_BACK };
  const held = (window: ExceptionWindow, seconds: number) => ({
    kind: 'hold-back',
    window,
    until: new Date(inSeconds(seconds)),
  });
  it.each([
    ['without a window', null, 600, FIRST],
    ['in an open window', opened(-1), 600, held(opened(-1), 599)],
    ['in the last millisecond of a window', opened(-599.999), 600, held(opened(-599.999), 0.001)],
    ['when its window closes', opened(-600), 600, FIRST],
    ['after a window that held some back', opened(-601, 3), 600, { ...FIRST, heldBack: heldBack(-601, 3) }],
    ['after the rate limit was shortened', opened(-60), 30, FIRST],
    ['after the rate limit was extended', opened(-601), 3_600, held(opened(-601), 2_999)],
    ['in a window that a wrong clock opened in the future', opened(300), 600, held(opened(300), 600)],
    ['without a rate limit', null, 0, { ...FIRST, opensWindow: false }],
    ['without a rate limit, after a window that held none back', opened(-1), 0, { ...FIRST, opensWindow: false }],
    [
      'without a rate limit, after a window that held some back',
      opened(-1, 2),
      0,
      { ...FIRST, heldBack: heldBack(-1, 2) },
    ],
  ])('%s', (_, window, rateLimitSeconds, step) => {
    expect(onOccurrence(window, { rateLimitSeconds, now: NOW })).toEqual(step);
  });
});

describe('the job at the end of a window', () => {
  const DONE = { kind: 'done' };
  const report = (window: ExceptionWindow) => ({ kind: 'report', window });
  it.each([
    ['of a window that is gone', null, inSeconds(-1_200), true, DONE],
    ['of a window that held none back', opened(-1_200), inSeconds(-1_200), true, DONE],
    ['of a window that was opened again', opened(-1_200, 1), inSeconds(-1_201), true, DONE],
    ['if summaries are switched off', opened(-1_200, 1), inSeconds(-1_200), false, DONE],
    ['before it is time', opened(-1_199, 1), inSeconds(-1_199), true, { kind: 'wait', ms: 1_000 }],
    ['a window after the window closed', opened(-1_200, 1), inSeconds(-1_200), true, report(opened(-1_200, 1))],
    ['of a window whose time was corrected', opened(-1_200, 1), inSeconds(0), true, report(opened(-1_200, 1))],
    [
      'of a window that a wrong clock opened in the future',
      opened(900, 1),
      inSeconds(900),
      true,
      report(opened(900, 1)),
    ],
  ])('%s', (_, window, openedAt, isWanted, step) => {
    expect(onClosing(window, { openedAt, isWanted, rateLimitSeconds: 600, now: NOW })).toEqual(step);
  });
});
