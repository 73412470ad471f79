import { readBatchOutcome } from '../../../../packages/cdk-local/src/sources/batch-answer.ts';
import {
  compileFilter,
  type FilterPattern,
  passesFilters,
} from '../../../../packages/cdk-local/src/sources/filter-pattern.ts';
import { laneOf, streamEventRecord } from '../../../../packages/cdk-local/src/sources/stream-event.ts';
import type { StreamRecord } from '../../../../packages/cdk-local/src/sources/stream-reader.ts';
import { type Attempt, afterInvocation } from '../../../../packages/cdk-local/src/sources/stream-retry.ts';
import type { MappingDefinition } from '../../../../packages/cdk-local/src/template/read-sources.ts';
import type { Feed, FeedDeps } from './feed.ts';

type Lane = { waiting: StreamRecord[]; attempts: Attempt[]; isRunning: boolean; notBefore: number };

/** Lambda backs off between tries of a batch. */
const PAUSE_MS = 1_000;

/** The table's stream as its mapping feeds it to a function: in order by item, in batches, again where they failed. */
export class StreamFeed implements Feed {
  readonly #mapping: MappingDefinition;
  readonly #functionName: string;
  readonly #filters: readonly FilterPattern[];
  readonly #lanes: readonly Lane[];
  readonly #deps: FeedDeps;
  /** Records that were given up. */
  readonly discarded: StreamRecord[] = [];

  constructor(mapping: MappingDefinition, functionName: string, deps: FeedDeps) {
    this.#mapping = mapping;
    this.#functionName = functionName;
    this.#deps = deps;
    this.#filters = mapping.FilterCriteria.Filters.map(({ Pattern }) => compileFilter(Pattern));
    const lane = (): Lane => ({ waiting: [], attempts: [], isRunning: false, notBefore: 0 });
    this.#lanes = Array.from({ length: mapping.ParallelizationFactor ?? 1 }, lane);
  }

  push(record: StreamRecord): void {
    if (!passesFilters(this.#filters, this.#eventRecord(record))) return;
    this.#lanes[laneOf(record, this.#lanes.length)]?.waiting.push(record);
  }

  ready(): readonly (() => void)[] {
    const { nowMs } = this.#deps.time;
    return this.#due.filter(({ notBefore }) => notBefore <= nowMs).map((lane) => () => this.#start(lane));
  }

  get nextAt(): number | null {
    const times = this.#due.map(({ notBefore }) => notBefore);
    return times.length === 0 ? null : Math.min(...times);
  }

  get #due(): readonly Lane[] {
    const hasWork = ({ waiting, attempts, isRunning }: Lane) =>
      !isRunning && (waiting.length > 0 || attempts.length > 0);
    return this.#lanes.filter(hasWork);
  }

  #eventRecord(record: StreamRecord) {
    return streamEventRecord(record, this.#mapping.EventSourceArn);
  }

  #next(lane: Lane): Attempt {
    const attempt = lane.attempts.shift();
    if (attempt !== undefined) return attempt;
    const size = Math.min(this.#mapping.BatchSize ?? 100, 1 + Math.floor(this.#deps.random.next() * 10));
    return { records: lane.waiting.splice(0, size), retries: 0, invocations: 0 };
  }

  #start(lane: Lane): void {
    const attempt = this.#next(lane);
    lane.isRunning = true;
    const Records = attempt.records.map((record) => this.#eventRecord(record));
    this.#deps.invoke(this.#functionName, { Records }, (result) => {
      lane.isRunning = false;
      const identifiers = attempt.records.map(({ dynamodb }) => dynamodb.SequenceNumber);
      const reportBatchItemFailures = this.#mapping.FunctionResponseTypes.length > 0;
      const outcome = readBatchOutcome(result, { reportBatchItemFailures, identifiers });
      if (outcome.kind === 'succeeded') {
        // At least once: Lambda may give a batch again that went well.
        if (this.#deps.random.chance(this.#deps.doubled)) lane.attempts.unshift(attempt);
        return;
      }
      lane.notBefore = this.#deps.time.nowMs + PAUSE_MS * (attempt.retries + 1);
      const next = afterInvocation({ ...attempt, invocations: attempt.invocations + 1 }, outcome, {
        bisectBatchOnFunctionError: this.#mapping.BisectBatchOnFunctionError,
        maximumRetryAttempts: this.#mapping.MaximumRetryAttempts ?? Number.POSITIVE_INFINITY,
      });
      if (next.kind === 'discard') this.discarded.push(...next.attempt.records);
      else lane.attempts.unshift(...next.attempts);
    });
  }
}
