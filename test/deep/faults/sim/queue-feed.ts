import { readBatchOutcome } from '../../../../packages/cdk-local/src/sources/batch-answer.ts';
import { compileFilter, passesFilters } from '../../../../packages/cdk-local/src/sources/filter-pattern.ts';
import { filterableQueueRecord, queueRecord } from '../../../../packages/cdk-local/src/sources/queue-event.ts';
import type { SqsMessage } from '../../../../packages/cdk-local/src/sources/sqs-calls.ts';
import type { MappingDefinition } from '../../../../packages/cdk-local/src/template/read-sources.ts';
import type { Feed, FeedDeps } from './feed.ts';
import type { SimulatedQueue } from './queue.ts';

/** Batches side by side: enough for two workers to meet, and for a third. */
const AT_ONCE = 3;

/** A queue that feeds a function as its mapping says. What succeeded is deleted; what failed comes again when it is visible. */
export class QueueFeed implements Feed {
  readonly #mapping: MappingDefinition;
  readonly #functionName: string;
  readonly #queue: SimulatedQueue;
  readonly #deps: FeedDeps;
  #running = 0;

  constructor(mapping: MappingDefinition, functionName: string, queue: SimulatedQueue, deps: FeedDeps) {
    this.#mapping = mapping;
    this.#functionName = functionName;
    this.#queue = queue;
    this.#deps = deps;
  }

  ready(): readonly (() => void)[] {
    return this.#hasRoom && this.#queue.hasVisible ? [() => this.#start()] : [];
  }

  get nextAt(): number | null {
    return this.#hasRoom ? this.#queue.nextVisibleAt : null;
  }

  get #hasRoom(): boolean {
    return this.#running < Math.min(AT_ONCE, this.#mapping.ScalingConfig.MaximumConcurrency ?? AT_ONCE);
  }

  #start(): void {
    const { random, invoke } = this.#deps;
    const size = this.#mapping.BatchSize ?? 10;
    const received = this.#queue.receive(1 + Math.floor(random.next() * size));
    const batch = received.filter((message) => this.#isWanted(message));
    if (batch.length === 0) return;
    this.#running += 1;
    const Records = batch.map((message) => queueRecord(message, this.#mapping.EventSourceArn));
    invoke(this.#functionName, { Records }, (result) => {
      this.#running -= 1;
      const identifiers = batch.map(({ MessageId }) => MessageId);
      const reportBatchItemFailures = this.#mapping.FunctionResponseTypes.length > 0;
      const outcome = readBatchOutcome(result, { reportBatchItemFailures, identifiers });
      if (outcome.kind === 'failed') return;
      const failed = outcome.kind === 'partly-failed' ? outcome.failed : new Set<string>();
      for (const { MessageId, ReceiptHandle } of batch) if (!failed.has(MessageId)) this.#queue.delete(ReceiptHandle);
    });
  }

  #isWanted(message: SqsMessage): boolean {
    const filters = this.#mapping.FilterCriteria.Filters.map(({ Pattern }) => compileFilter(Pattern));
    const record = queueRecord(message, this.#mapping.EventSourceArn);
    if (passesFilters(filters, filterableQueueRecord(record))) return true;
    this.#queue.delete(message.ReceiptHandle);
    return false;
  }
}
