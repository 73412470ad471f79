import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchOutcome, readBatchOutcome } from './batch-answer.ts';
import { invokeSafely, type SourceDeps } from './event-source.ts';
import { type Discarded, failureRecord } from './failure-record.ts';
import { callQueue } from './sqs-calls.ts';
import { streamEventRecord } from './stream-event.ts';
import type { StreamRecord } from './stream-reader.ts';
import { type Attempt, afterInvocation, type RetryPolicy } from './stream-retry.ts';
import type { StreamSourceConfig } from './stream-source-config.ts';

/** A stream keeps its records for a day. */
export const STREAM_RETENTION_SECONDS = 24 * 60 * 60;

/** AWS backs off as well, up to a minute; here nobody wants to wait that long. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1000;

export type StreamDeliveryDeps = SourceDeps & { readonly sqsUrl: string };

/** Brings batches of a stream to the function, as often as the mapping says. */
export class StreamDelivery {
  invocations = 0;
  /** Batches that failed and wait for their next try. */
  retrying = 0;
  readonly #config: StreamSourceConfig;
  readonly #deps: StreamDeliveryDeps;
  readonly #signal: AbortSignal;
  readonly #policy: RetryPolicy;
  readonly #maximumAgeSeconds: number;

  constructor(config: StreamSourceConfig, deps: StreamDeliveryDeps, signal: AbortSignal) {
    this.#config = config;
    this.#deps = deps;
    this.#signal = signal;
    const { maximumRetryAttempts = -1, maximumRecordAgeSeconds = -1 } = config;
    this.#policy = {
      bisectBatchOnFunctionError: config.bisectBatchOnFunctionError,
      maximumRetryAttempts: maximumRetryAttempts < 0 ? Number.POSITIVE_INFINITY : maximumRetryAttempts,
    };
    this.#maximumAgeSeconds = maximumRecordAgeSeconds < 0 ? STREAM_RETENTION_SECONDS : maximumRecordAgeSeconds;
  }

  /** True when the function has taken the records, or they have been given up; false when the source stops before that. */
  async deliver(records: readonly StreamRecord[], shardId: string): Promise<boolean> {
    const pending: Attempt[] = [{ records, retries: 0, invocations: 0 }];
    let failures = 0;
    for (let whole = pending.shift(); whole !== undefined; whole = pending.shift()) {
      if (this.#signal.aborted) return false;
      const attempt = await this.#withoutOld(whole, shardId);
      if (this.#signal.aborted) return false;
      if (attempt.records.length === 0) continue;
      const outcome = await this.#invoke(attempt);
      if (outcome.kind === 'succeeded') continue;
      failures += 1;
      const next = afterInvocation({ ...attempt, invocations: attempt.invocations + 1 }, outcome, this.#policy);
      if (next.kind === 'discard') {
        const functionError = outcome.kind === 'failed' && outcome.functionError;
        await this.#discard({ ...next.attempt, condition: 'RetryAttemptsExhausted', functionError }, shardId);
        if (this.#signal.aborted) return false;
        continue;
      }
      pending.unshift(...next.attempts);
      this.retrying += 1;
      await this.#pause(failures);
      this.retrying -= 1;
    }
    return true;
  }

  async #invoke({ records }: Attempt): Promise<BatchOutcome> {
    const { functionId, streamArn, reportBatchItemFailures } = this.#config;
    this.invocations += 1;
    const Records = records.map((record) => streamEventRecord(record, streamArn));
    const result = await invokeSafely(this.#deps, functionId, { Records });
    const identifiers = records.map((record) => record.dynamodb.SequenceNumber);
    const outcome = readBatchOutcome(result, { reportBatchItemFailures, identifiers });
    if (outcome.kind !== 'succeeded') {
      const reason = outcome.kind === 'failed' ? outcome.reason : `reported ${outcome.failed.size} of them`;
      this.#deps.log(`${functionId} failed a batch of ${records.length} records: ${reason}`);
    }
    return outcome;
  }

  /** Discards the records that have become too old. They are the first ones, as records come in order. */
  async #withoutOld(attempt: Attempt, shardId: string): Promise<Attempt> {
    const oldest = this.#deps.now().getTime() / 1000 - this.#maximumAgeSeconds;
    const isYoung = (record: StreamRecord) => record.dynamodb.ApproximateCreationDateTime >= oldest;
    const young = attempt.records.filter(isYoung);
    const old = attempt.records.filter((record) => !isYoung(record));
    if (old.length > 0) {
      const functionError = attempt.invocations > 0;
      await this.#discard({ ...attempt, records: old, condition: 'RecordAgeExceeded', functionError }, shardId);
    }
    return { ...attempt, records: young };
  }

  /** Tells the failure destination, until it has heard. */
  async #discard(discarded: Discarded, shardId: string): Promise<void> {
    const { functionId, failureQueueUrl } = this.#config;
    this.#deps.log(`${functionId}: ${discarded.records.length} records discarded, ${discarded.condition}`);
    if (failureQueueUrl === undefined) return;
    const record = failureRecord(discarded, { ...this.#config, shardId, now: this.#deps.now() });
    for (let failures = 1; !this.#signal.aborted; failures++) {
      try {
        await callQueue(this.#deps.sqsUrl, failureQueueUrl).send(JSON.stringify(record));
        return;
      } catch (error) {
        this.#deps.log(`${functionId}: the failure destination could not be told: ${error}`);
        await this.#pause(failures);
      }
    }
  }

  async #pause(failures: number): Promise<void> {
    const ms = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    await sleep(ms, undefined, { signal: this.#signal }).catch(() => {});
  }
}
