import { expect, test } from 'vitest';
import { createClock } from '../src/clock.ts';
import { type FedByStream, type MoveDeps, moveClock } from '../src/move-clock.ts';

const HOUR_MS = 3_600_000;

const stream = (functionId: string, state: { idle: boolean; retrying?: boolean }): FedByStream => ({
  functionId,
  source: {
    isIdle: async () => state.idle,
    isRetrying: () => state.retrying ?? false,
    invocationCount: () => 0,
    stop: async () => {},
  },
});

const deps = (streams: readonly FedByStream[], held: readonly string[] = []) => {
  const steps: string[] = [];
  const dynamodb = { ageStream: (seconds: number) => void steps.push(`stream ${seconds}`) };
  const sqs = { setClockOffset: async (offsetMs: number) => void steps.push(`queues ${offsetMs}`) };
  const unused = { url: '', stop: async () => {} };
  const engines: MoveDeps['engines'] = {
    dynamodb: { ...unused, ...dynamodb, sweepTtl: async () => {} },
    sqs: { ...unused, ...sqs, port: 0 },
  };
  return { steps, clock: createClock(), engines, streams, held: () => held };
};

test('a clock that jumps by hours waits until unread records have been taken', async () => {
  const state = { idle: false };
  const of = deps([stream('reader', state)]);
  const moving = moveClock(of, 24 * HOUR_MS);
  await new Promise(setImmediate);
  expect(of.clock.offsetMs()).toBe(0);
  state.idle = true;
  await moving;
  expect(of.clock.offsetMs()).toBe(24 * HOUR_MS);
  expect(of.steps).toEqual(['stream 86400', 'queues 86400000']);
});

test('it waits neither for a function that fails nor for one that is paused, and not for a short move', async () => {
  const failing = stream('failing', { idle: false, retrying: true });
  const paused = stream('paused', { idle: false });
  const of = deps([failing, paused], ['paused']);
  await moveClock(of, 24 * HOUR_MS);
  await moveClock(of, 0);
  expect(of.steps).toEqual(['stream 86400', 'queues 86400000', 'stream -86400', 'queues 0']);
  const busy = deps([stream('busy', { idle: false })]);
  await moveClock(busy, 60_000);
  expect(busy.clock.offsetMs()).toBe(60_000);
});
