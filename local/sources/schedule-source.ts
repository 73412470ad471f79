import type { AsyncTarget } from './async-invoke.ts';
import type { EventSource, SourceDeps } from './event-source.ts';

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

export type ScheduleSourceDeps = SourceDeps & { readonly sqsUrl: string };

export type ScheduleSource = EventSource & {
  /** Runs it now, out of its turn, and waits until the function has succeeded or failed for good. */
  trigger(): Promise<void>;
};

export declare function startScheduleSource(config: ScheduleConfig, deps: ScheduleSourceDeps): ScheduleSource;
