import { expect, it } from 'vitest';
import { toneOf } from '../../../web/src/notifications/tone.ts';

it.each([
  [{ to: 'passed', resolved: false }, 'success'],
  [{ to: 'failed', resolved: false }, 'error'],
  [{ to: 'none', resolved: false }, 'stopped'],
  [{ to: null, resolved: false }, 'warning'],
  [{ to: null, resolved: true }, 'success'],
] as const)('a notification with %j has the sign %s', (notification, tone) => {
  expect(toneOf(notification)).toBe(tone);
});
