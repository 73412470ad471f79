import { expect, it } from 'vitest';
import { fanOutDueAt, latestFanOutDueAt } from '../../../core/deliveries/fan-out-due.ts';
import { inSeconds, NOW } from './some-delivery.ts';

const MINUTE = 60;

it.each([
  ['at first a quarter of an hour after its creation', 0, 15],
  ['after one attempt twice as late', 1, 30],
  ['after four attempts four hours later', 4, 240],
  ['after five attempts eight hours later', 5, 480],
  ['after any number of attempts no later than that', 60, 480],
])('a lost fan-out is made up for %s', (_, sweeps, minutes) => {
  expect(fanOutDueAt(NOW, sweeps)).toBe(inSeconds(minutes * MINUTE));
});

it('names the latest time that a right clock can have set', () => {
  expect(latestFanOutDueAt(NOW)).toBe(inSeconds(480 * MINUTE));
});
