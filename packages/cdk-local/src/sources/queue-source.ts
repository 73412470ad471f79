import { setTimeout as sleep } from 'node:timers/promises';
import { readBatchOutcome } from './batch-answer.ts';
import { type EventSource, invokeSafely, type SourceDeps } from './event-source.ts';
import { type FilterPattern, passesFilters } from './filter-pattern.ts';
import { filterableQueueRecord, queueRecord } from './queue-event.ts';
import { callQueue, MESSAGES_PER_CALL, type QueueCalls, type SqsMessage } from './sqs-calls.ts';

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

export type QueueSourceDeps = SourceDeps & {
  readonly sqsUrl: string;
  /** Waits while the mapping is disabled. */
  enabled?(functionId: string): Promise<void>;
};

export type QueueSource = EventSource & {
  /** Messages by where they are; `delayed` and `invisible` ones wait for their time. */
  depth(): Promise<{ readonly visible: number; readonly delayed: number; readonly invisible: number }>;
};

/** Short, so that stopping and looking are; the engine takes parts of a second, unlike AWS. */
const WAIT_SECONDS = 0.1;
const PAUSE_AFTER_ERROR_MS = 500;

/** A mapping at work, with the calls to its queue; it stops when `signal` aborts. */
type Mapping = {
  readonly config: QueueSourceConfig;
  readonly deps: QueueSourceDeps;
  readonly queue: QueueCalls;
  readonly signal: AbortSignal;
};

/**
 * Polls the queue and invokes the function, as a mapping of AWS does: messages that succeeded are deleted, those that failed
 * stay invisible until their visibility timeout ends, and the queue's redrive policy decides what follows.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const startQueueSource = async (config: QueueSourceConfig, deps: QueueSourceDeps): Promise<QueueSource> => {
  const queue = callQueue(deps.sqsUrl, config.queueUrl);
  // Fails here when the queue does not exist.
  await queue.depth();
  const stopping = new AbortController();
  const poller = startPoller({ config, deps, queue, signal: stopping.signal });
  return {
    depth: queue.depth,
    invocationCount: poller.invocationCount,
    isIdle: async () => (await queue.depth()).visible === 0 && (await poller.isIdle()),
    async stop() {
      stopping.abort();
      await poller.end();
    },
  };
};

const startPoller = (mapping: Mapping) => {
  const { config, deps, signal } = mapping;
  const running = new Set<Promise<void>>();
  let invocations = 0;
  /** The round under way; messages may have left the queue for it. */
  let round: Promise<boolean> = Promise.resolve(true);
  const start = (batch: readonly SqsMessage[]) => {
    invocations += 1;
    const handling = handleBatch(mapping, batch)
      .catch((error) => deps.log(`handling messages of ${config.queueArn} failed: ${error}`))
      .finally(() => running.delete(handling));
    running.add(handling);
  };
  const poll = async () => {
    while (!signal.aborted) {
      // A message that is received and then waits for a free place would lose its visibility timeout meanwhile.
      while (running.size >= (config.maximumConcurrency ?? 5)) await Promise.race(running);
      await deps.enabled?.(config.functionId);
      round = pollOnce(mapping, start);
      if (await round) continue;
      await sleep(PAUSE_AFTER_ERROR_MS, undefined, { signal }).catch(() => {});
    }
  };
  const polling = poll();
  return {
    invocationCount: () => invocations,
    async isIdle() {
      await round;
      return running.size === 0;
    },
    async end() {
      await polling;
      await Promise.all(running);
    },
  };
};

/** Receives a batch and starts to handle it. False when the queue could not be read. */
const pollOnce = async (mapping: Mapping, start: (batch: readonly SqsMessage[]) => void): Promise<boolean> => {
  try {
    const batch = await receiveBatch(mapping);
    if (batch.length > 0) start(batch);
    return true;
  } catch (error) {
    if (!mapping.signal.aborted) mapping.deps.log(`reading ${mapping.config.queueArn} failed: ${error}`);
    return false;
  }
};

/** Messages up to the batch size; with a batching window, as many as come until it ends. */
const receiveBatch = async (mapping: Mapping): Promise<readonly SqsMessage[]> => {
  const { config, queue, signal } = mapping;
  const size = config.batchSize ?? 10;
  const batch: SqsMessage[] = [];
  let windowEnds: number | undefined;
  while (batch.length < size) {
    const count = Math.min(MESSAGES_PER_CALL, size - batch.length);
    const received = await queue.receive({ count, waitSeconds: WAIT_SECONDS });
    batch.push(...(await filterMessages(mapping, received)));
    if (batch.length > 0) windowEnds ??= performance.now() + (config.maximumBatchingWindowSeconds ?? 0) * 1000;
    if (windowEnds === undefined || performance.now() >= windowEnds || signal.aborted) break;
  }
  return batch;
};

/** Messages that pass a filter; the others are deleted, as AWS does. */
const filterMessages = async (
  { config, queue }: Mapping,
  messages: readonly SqsMessage[],
): Promise<readonly SqsMessage[]> => {
  const { filters, queueArn } = config;
  const byPassing = Map.groupBy(messages, (message) =>
    passesFilters(filters, filterableQueueRecord(queueRecord(message, queueArn))),
  );
  await queue.delete(byPassing.get(false) ?? []);
  return byPassing.get(true) ?? [];
};

const handleBatch = async ({ config, deps, queue }: Mapping, batch: readonly SqsMessage[]): Promise<void> => {
  const { functionId, queueArn, reportBatchItemFailures } = config;
  const Records = batch.map((message) => queueRecord(message, queueArn));
  const result = await invokeSafely(deps, functionId, { Records });
  const identifiers = batch.map((message) => message.MessageId);
  const outcome = readBatchOutcome(result, { reportBatchItemFailures, identifiers });
  if (outcome.kind === 'failed' || outcome.kind === 'throttled') {
    const reason = outcome.kind === 'failed' ? outcome.reason : 'no execution is free';
    deps.log(`${functionId} failed ${batch.length} messages: ${reason}`);
    return;
  }
  const failed = outcome.kind === 'partly-failed' ? outcome.failed : new Set<string>();
  await queue.delete(batch.filter((message) => !failed.has(message.MessageId)));
};
