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

export type QueueSourceDeps = SourceDeps & { readonly sqsUrl: string };

export type QueueSource = EventSource & {
  /** Messages by where they are; `delayed` and `invisible` ones wait for their time. */
  depth(): Promise<{ visible: number; delayed: number; invisible: number }>;
};

/** Short, so that stopping and looking are; the engine takes parts of a second, unlike AWS. */
const WAIT_SECONDS = 0.1;
const PAUSE_AFTER_ERROR_MS = 500;

/**
 * Polls the queue and invokes the function, as a mapping of AWS does: what succeeded is deleted, what failed stays
 * invisible until its visibility timeout ends, and the queue's redrive policy decides what becomes of it.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const startQueueSource = async (config: QueueSourceConfig, deps: QueueSourceDeps): Promise<QueueSource> => {
  const queue = callQueue(deps.sqsUrl, config.queueUrl);
  // Fails here when the queue does not exist.
  await queue.depth();
  const poller = new QueuePoller(config, deps, queue);
  const polling = poller.run();
  return {
    depth: queue.depth,
    invocationCount: () => poller.invocations,
    async isIdle() {
      if ((await queue.depth()).visible > 0) return false;
      await poller.receiving;
      return poller.running.size === 0;
    },
    async stop() {
      poller.stopping.abort();
      await polling;
      await Promise.all(poller.running);
    },
  };
};

class QueuePoller {
  readonly stopping = new AbortController();
  readonly running = new Set<Promise<void>>();
  /** The gathering that is under way; messages may have left the queue for it. */
  receiving: Promise<unknown> = Promise.resolve();
  invocations = 0;
  readonly #config: QueueSourceConfig;
  readonly #deps: QueueSourceDeps;
  readonly #queue: QueueCalls;

  constructor(config: QueueSourceConfig, deps: QueueSourceDeps, queue: QueueCalls) {
    this.#config = config;
    this.#deps = deps;
    this.#queue = queue;
  }

  async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // A message that is received and then waits for a free place would lose its visibility timeout meanwhile.
      while (this.running.size >= (this.#config.maximumConcurrency ?? 5)) await Promise.race(this.running);
      const round = this.#round();
      this.receiving = round;
      if (await round) continue;
      await sleep(PAUSE_AFTER_ERROR_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Gathers a batch and starts to handle it. False when the queue could not be read. */
  async #round(): Promise<boolean> {
    try {
      const batch = await this.#gather();
      if (batch.length > 0) this.#start(batch);
      return true;
    } catch (error) {
      if (!this.stopping.signal.aborted) this.#deps.log(`reading ${this.#config.queueArn} failed: ${error}`);
      return false;
    }
  }

  /** Messages up to the batch size; with a batching window, as many as come until it ends. Others are filtered out. */
  async #gather(): Promise<SqsMessage[]> {
    const size = this.#config.batchSize ?? 10;
    const batch: SqsMessage[] = [];
    let windowEnds: number | undefined;
    while (batch.length < size) {
      const count = Math.min(MESSAGES_PER_CALL, size - batch.length);
      const received = await this.#queue.receive({ count, waitSeconds: WAIT_SECONDS });
      batch.push(...(await this.#keepWanted(received)));
      if (batch.length > 0) windowEnds ??= performance.now() + (this.#config.maximumBatchingWindowSeconds ?? 0) * 1000;
      if (windowEnds === undefined || performance.now() >= windowEnds || this.stopping.signal.aborted) break;
    }
    return batch;
  }

  /** Messages that no filter lets through are deleted, as AWS does. */
  async #keepWanted(messages: readonly SqsMessage[]): Promise<SqsMessage[]> {
    const { filters, queueArn } = this.#config;
    const wanted = Map.groupBy(messages, (message) =>
      passesFilters(filters, filterableQueueRecord(queueRecord(message, queueArn))),
    );
    await this.#queue.delete(wanted.get(false) ?? []);
    return wanted.get(true) ?? [];
  }

  #start(batch: readonly SqsMessage[]): void {
    const handling = this.#handle(batch)
      .catch((error) => this.#deps.log(`handling messages of ${this.#config.queueArn} failed: ${error}`))
      .finally(() => this.running.delete(handling));
    this.running.add(handling);
  }

  async #handle(batch: readonly SqsMessage[]): Promise<void> {
    const { functionId, queueArn, reportBatchItemFailures } = this.#config;
    this.invocations += 1;
    const Records = batch.map((message) => queueRecord(message, queueArn));
    const result = await invokeSafely(this.#deps, functionId, { Records });
    const identifiers = batch.map((message) => message.MessageId);
    const outcome = readBatchOutcome(result, { reportBatchItemFailures, identifiers });
    if (outcome.kind === 'failed') {
      this.#deps.log(`${functionId} failed ${batch.length} messages: ${outcome.reason}`);
      return;
    }
    const failed = outcome.kind === 'partly-failed' ? outcome.failed : new Set<string>();
    await this.#queue.delete(batch.filter((message) => !failed.has(message.MessageId)));
  }
}
