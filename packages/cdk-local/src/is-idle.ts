import type { FunctionRunner } from './functions/function-runner.ts';
import { areIdle } from './sources/event-source.ts';
import type { Sources } from './start-sources.ts';

/** Whether work remains, and which. */
export type RemainingWork = {
  readonly isIdle: boolean;
  /** The remaining work, a sentence each. */
  readonly why: readonly string[];
};

type Work = { readonly sources: Sources; readonly runner: FunctionRunner };

/** The remaining work. One call can miss some: work can move from a part not yet checked to one already checked. */
const findWork = async ({ sources, runner }: Work, ignoreWaiting: boolean): Promise<readonly string[]> => {
  const why = runner.busy().map((name) => `${name} runs`);
  for (const { queue, source } of sources.queues) {
    const { visible, invisible, delayed } = await source.depth();
    if (visible > 0) why.push(`${queue.name} holds ${visible}`);
    if (!ignoreWaiting && invisible > 0) why.push(`${queue.name} has ${invisible} in flight or waiting for a retry`);
    if (!ignoreWaiting && delayed > 0) why.push(`${queue.name} has ${delayed} delayed`);
  }
  if (why.length > 0) return why;
  if (!(await areIdle(sources.all.map(({ source }) => source)))) why.push('an event source has work');
  // A function may have started during the check.
  return [...why, ...runner.busy().map((name) => `${name} runs`)];
};

const invocationsOf = ({ sources }: Work): number =>
  sources.all.reduce((sum, { source }) => sum + source.invocationCount(), 0);

/**
 * The stack is idle when no function runs, every stream is read to its end, and no queue that feeds a function holds a
 * message. One check is not enough: a stream's function that ends after the queues were checked may have filled one. So
 * two must find nothing, with no invocation between them. `ignoreWaiting` leaves out messages that wait for their time
 * (delayed, or invisible until a retry).
 */
export const findRemainingWork = async (work: Work, ignoreWaiting: boolean): Promise<RemainingWork> => {
  const before = invocationsOf(work);
  const first = await findWork(work, ignoreWaiting);
  if (first.length > 0) return { isIdle: false, why: first };
  const second = await findWork(work, ignoreWaiting);
  const why = invocationsOf(work) === before ? second : [...second, 'a function was invoked meanwhile'];
  return { isIdle: why.length === 0, why };
};
