import type { FunctionRunner } from './functions/function-runner.ts';
import { areIdle } from './sources/event-source.ts';
import type { Sources } from './start-sources.ts';

/** Whether anything is still to be done. */
export type Rest = {
  resting: boolean;
  /** What is not at rest, in words. */
  why: string[];
};

/**
 * The stack is at rest when no function runs, every stream is read to its end, and no queue that feeds a function holds a
 * message. `ignoreWaiting` leaves out messages that wait for their time (delayed, or invisible until a retry).
 */
export const findRemainingWork = async (
  { sources, runner }: { sources: Sources; runner: FunctionRunner },
  ignoreWaiting: boolean,
): Promise<Rest> => {
  const why = runner.busy().map((name) => `${name} runs`);
  for (const { queue, source } of sources.queues) {
    const { visible, invisible, delayed } = await source.depth();
    if (visible > 0) why.push(`${queue.name} holds ${visible}`);
    if (!ignoreWaiting && invisible > 0) why.push(`${queue.name} has ${invisible} in flight or waiting for a retry`);
    if (!ignoreWaiting && delayed > 0) why.push(`${queue.name} has ${delayed} delayed`);
  }
  if (why.length > 0) return { resting: false, why };
  if (!(await areIdle(sources.all.map(({ source }) => source)))) why.push('an event source has work');
  // A function may have begun while we looked.
  why.push(...runner.busy().map((name) => `${name} runs`));
  return { resting: why.length === 0, why };
};
