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

/** AWS backs off up to a minute; a local stack retries sooner. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1000;

export type StreamDeliveryDeps = SourceDeps & { readonly sqsUrl: string };

/** Delivers batches of a stream to the function, as often as the mapping says. */
export type StreamDelivery = {
  /** True when the function has handled the records, or they were discarded; false when the source stops before that. */
  deliver(records: readonly StreamRecord[], shardId: string): Promise<boolean>;
  invocationCount(): number;
  /** Whether a batch that failed waits for its next attempt. */
  isRetrying(): boolean;
};

/** A mapping at work; it stops when `signal` aborts. */
type Mapping = {
  readonly config: StreamSourceConfig;
  readonly deps: StreamDeliveryDeps;
  readonly signal: AbortSignal;
};

export const createStreamDelivery = (mapping: Mapping): StreamDelivery => {
  const { config, signal } = mapping;
  const policy = retryPolicyOf(config);
  let invocations = 0;
  let retrying = 0;
  /** The attempts that follow one; undefined when the source stops before they are known. */
  const attemptOnce = async (attempt: Attempt, shardId: string): Promise<readonly Attempt[] | undefined> => {
    invocations += 1;
    const outcome = await invoke(mapping, attempt);
    if (outcome.kind === 'succeeded') return [];
    const next = afterInvocation({ ...attempt, invocations: attempt.invocations + 1 }, outcome, policy);
    if (next.kind === 'retry') return next.attempts;
    const functionError = outcome.kind === 'failed' && outcome.functionError;
    await discard(mapping, { ...next.attempt, condition: 'RetryAttemptsExhausted', functionError }, shardId);
    return signal.aborted ? undefined : [];
  };
  const deliver = async (records: readonly StreamRecord[], shardId: string): Promise<boolean> => {
    const pending: Attempt[] = [{ records, retries: 0, invocations: 0 }];
    let failures = 0;
    for (let whole = pending.shift(); whole !== undefined; whole = pending.shift()) {
      if (signal.aborted) return false;
      const attempt = await discardOld(mapping, whole, shardId);
      if (signal.aborted) return false;
      if (attempt.records.length === 0) continue;
      const attempts = await attemptOnce(attempt, shardId);
      if (attempts === undefined) return false;
      if (attempts.length === 0) continue;
      pending.unshift(...attempts);
      failures += 1;
      retrying += 1;
      await pauseAfter(failures, signal);
      retrying -= 1;
    }
    return true;
  };
  return { deliver, invocationCount: () => invocations, isRetrying: () => retrying > 0 };
};

const retryPolicyOf = ({ bisectBatchOnFunctionError, maximumRetryAttempts = -1 }: StreamSourceConfig): RetryPolicy => ({
  bisectBatchOnFunctionError,
  maximumRetryAttempts: maximumRetryAttempts < 0 ? Number.POSITIVE_INFINITY : maximumRetryAttempts,
});

const invoke = async ({ config, deps }: Mapping, { records }: Attempt): Promise<BatchOutcome> => {
  const { functionId, streamArn, reportBatchItemFailures } = config;
  const Records = records.map((record) => streamEventRecord(record, streamArn));
  const result = await invokeSafely(deps, functionId, { Records });
  const identifiers = records.map((record) => record.dynamodb.SequenceNumber);
  const outcome = readBatchOutcome(result, { reportBatchItemFailures, identifiers });
  if (outcome.kind !== 'succeeded') {
    const reason = reasonOf(outcome);
    deps.log(`${functionId} failed a batch of ${records.length} records: ${reason}`);
  }
  return outcome;
};

const reasonOf = (outcome: Exclude<BatchOutcome, { kind: 'succeeded' }>): string => {
  switch (outcome.kind) {
    case 'throttled':
      return 'no execution is free';
    case 'failed':
      return outcome.reason;
    case 'partly-failed':
      return `reported ${outcome.failed.size} of them`;
    default:
      return outcome satisfies never;
  }
};

/** Discards the records that have become too old. They are the first ones, as records come in order. */
const discardOld = async (mapping: Mapping, attempt: Attempt, shardId: string): Promise<Attempt> => {
  const { maximumRecordAgeSeconds = -1 } = mapping.config;
  const maximumAgeSeconds = maximumRecordAgeSeconds < 0 ? STREAM_RETENTION_SECONDS : maximumRecordAgeSeconds;
  const oldest = mapping.deps.now().getTime() / 1000 - maximumAgeSeconds;
  const isYoung = (record: StreamRecord) => record.dynamodb.ApproximateCreationDateTime >= oldest;
  const young = attempt.records.filter(isYoung);
  const old = attempt.records.filter((record) => !isYoung(record));
  if (old.length > 0) {
    const functionError = attempt.invocations > 0;
    await discard(mapping, { ...attempt, records: old, condition: 'RecordAgeExceeded', functionError }, shardId);
  }
  return { ...attempt, records: young };
};

/** Sends discarded records to the failure destination, and retries until it accepts them. */
const discard = async ({ config, deps, signal }: Mapping, discarded: Discarded, shardId: string): Promise<void> => {
  const { functionId, failureQueueUrl } = config;
  deps.log(`${functionId}: ${discarded.records.length} records discarded, ${discarded.condition}`);
  if (failureQueueUrl === undefined) return;
  const record = failureRecord(discarded, { ...config, shardId, now: deps.now() });
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      await callQueue(deps.sqsUrl, failureQueueUrl).send(JSON.stringify(record));
      return;
    } catch (error) {
      deps.log(`${functionId}: sending to the failure destination failed: ${error}`);
      await pauseAfter(failures, signal);
    }
  }
};

const pauseAfter = async (failures: number, signal: AbortSignal): Promise<void> => {
  const ms = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
  await sleep(ms, undefined, { signal }).catch(() => {});
};
