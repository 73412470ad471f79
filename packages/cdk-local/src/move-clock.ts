import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import type { Engines } from './engines.ts';
import { areIdle } from './sources/event-source.ts';
import type { StreamSource } from './sources/stream-source.ts';

const POLL_MS = 10;
/** Records of a stream live for hours. */
const LONG_MOVE_MS = 3_600_000;
const SETTLE_DEADLINE_MS = 10_000;

/** A stream's mapping, and the function that it feeds. */
export type FedByStream = { readonly functionId: string; readonly source: StreamSource };

/**
 * Resolves when functions have taken what was in the streams, but for those that are held back or fail. On AWS they do so while
 * the hours pass; here a clock that jumps would make unread records too old at once. Gives up after `deadlineMs`.
 */
const settleStreams = async (
  streams: readonly FedByStream[],
  { held, deadlineMs }: { held(): readonly string[]; readonly deadlineMs: number },
): Promise<void> => {
  const isHeld = ({ functionId, source }: FedByStream) => source.isRetrying() || held().includes(functionId);
  for (const end = performance.now() + deadlineMs; performance.now() < end; await sleep(POLL_MS)) {
    const free = streams.filter((stream) => !isHeld(stream)).map(({ source }) => source);
    if (await areIdle(free)) return;
  }
};

export type MoveDeps = {
  readonly clock: Clock;
  readonly engines: Pick<Engines, 'dynamodb' | 'sqs'>;
  readonly streams: readonly FedByStream[];
  held(): readonly string[];
};

/** Moves the clock of everything that goes by it: functions, queues, and the age of stream records. */
export const moveClock = async ({ clock, engines, streams, held }: MoveDeps, offsetMs: number): Promise<void> => {
  const isLong = offsetMs - clock.offsetMs() > LONG_MOVE_MS;
  if (isLong) await settleStreams(streams, { held, deadlineMs: SETTLE_DEADLINE_MS });
  const seconds = Math.round(offsetMs / 1000) - Math.round(clock.offsetMs() / 1000);
  clock.move(offsetMs);
  // After the clock: what is read in between is too young, and not lost as too old.
  engines.dynamodb.ageStream(seconds);
  await engines.sqs.setClockOffset(offsetMs);
};
