import type { EventSource, SourceDeps } from './event-source.ts';
import type { FilterPattern } from './filter-pattern.ts';

/** An `AWS::Lambda::EventSourceMapping` on a standard SQS queue; defaults of absent properties are AWS's. */
export type QueueSourceConfig = {
  readonly functionId: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  /** Default 10. Above 10 only with a batching window. */
  readonly batchSize?: number;
  /** Default 0: whatever is there goes at once. */
  readonly maximumBatchingWindowSeconds?: number;
  readonly filters: readonly FilterPattern[];
  readonly reportBatchItemFailures: boolean;
  /** `ScalingConfig.MaximumConcurrency`. Default 5, with which Lambda starts to poll a queue. */
  readonly maximumConcurrency?: number;
};

export type QueueSourceDeps = SourceDeps & { readonly sqsUrl: string };

export type QueueSource = EventSource & {
  /** Messages by where they are; `delayed` and `invisible` ones wait for their time. */
  depth(): Promise<{ visible: number; delayed: number; invisible: number }>;
};

export declare function startQueueSource(config: QueueSourceConfig, deps: QueueSourceDeps): Promise<QueueSource>;
