import { randomUUID } from 'node:crypto';
import { type AsyncInvokerDeps, type AsyncTarget, createAsyncInvoker } from './async-invoke.ts';
import type { EventSource } from './event-source.ts';

/** An `AWS::Events::Rule` or `AWS::Scheduler::Schedule` with one function as its target. */
export type ScheduleConfig = AsyncTarget & {
  /** ARN of the rule or the schedule. */
  readonly arn: string;
  readonly kind: 'rule' | 'schedule';
  /** `rate(5 minutes)`; anything else is refused at start. */
  readonly expression: string;
  /** Event that the target gets instead of the standard one, parsed. */
  readonly input?: unknown;
};

export type ScheduleSourceDeps = AsyncInvokerDeps;

export type ScheduleSource = EventSource & {
  /** Runs it now, out of its turn, and waits until the function has succeeded or failed for good. */
  trigger(): Promise<void>;
};

/**
 * Invokes the function at a fixed rate, by the stack's clock, for the first time one interval after the start.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
 */
export const startScheduleSource = (config: ScheduleConfig, deps: ScheduleSourceDeps): ScheduleSource => {
  const intervalMs = parseRate(config.expression);
  const invoker = createAsyncInvoker(deps);
  const trigger = () => invoker.invoke(config, config.input ?? scheduledEvent(config, deps.now()));
  const timer = setInterval(onTurn(intervalMs, deps.now, trigger), Math.min(intervalMs, LOOK_MS));
  return {
    trigger,
    invocationCount: invoker.invocationCount,
    isIdle: async () => invoker.isIdle(),
    async stop() {
      clearInterval(timer);
      await invoker.stop();
    },
  };
};

/** How often the clock is looked at, as a test may move it. */
const LOOK_MS = 200;

/** Calls when an interval has passed since the last call; a clock that leaps makes one turn, and one set back none. */
const onTurn = (intervalMs: number, now: () => Date, call: () => Promise<void>): (() => void) => {
  let next = now().getTime() + intervalMs;
  return () => {
    const time = now().getTime();
    next = Math.min(next, time + intervalMs);
    if (time < next) return;
    next = time + intervalMs;
    void call();
  };
};

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** The interval of a `rate(…)` in milliseconds. */
export const parseRate = (expression: string): number => {
  const match = /^rate\((?<count>[1-9]\d*) (?<unit>minute|hour|day)s?\)$/.exec(expression)?.groups;
  const unit = match?.['unit'];
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day')
    throw new Error(`the local stack runs rate(N minutes|hours|days) only, not ${expression}`);
  return Number(match?.['count']) * UNIT_MS[unit];
};

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
const scheduledEvent = (config: ScheduleConfig, now: Date) => {
  const [, , , region, account] = config.arn.split(':');
  const isRule = config.kind === 'rule';
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: isRule ? 'aws.events' : 'aws.scheduler',
    account,
    time: `${now.toISOString().slice(0, 19)}Z`,
    region,
    resources: [config.arn],
    detail: isRule ? {} : '{}',
  };
};
