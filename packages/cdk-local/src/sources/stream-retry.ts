import type { BatchOutcome } from './batch-answer.ts';
import type { StreamRecord } from './stream-reader.ts';

/** A batch, or what is left of one, on its way to the function. */
export type Attempt = {
  readonly records: readonly StreamRecord[];
  /** Retries used up so far. */
  readonly retries: number;
  /** Invocations so far that carried these records. */
  readonly invocations: number;
};

export type RetryPolicy = {
  readonly bisectBatchOnFunctionError: boolean;
  /** Infinity for AWS's -1. */
  readonly maximumRetryAttempts: number;
};

/** What follows: attempts in the order of the stream, or records to give up. */
export type Next =
  | { readonly kind: 'retry'; readonly attempts: readonly Attempt[] }
  | { readonly kind: 'discard'; readonly attempt: Attempt };

/**
 * What Lambda does after an invocation with records of a stream.
 *
 * - A function error with bisecting on splits the batch in two; splitting does not use up a retry.
 *   https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 * - A partial answer retries from the lowest sequence number in it. With bisecting on, that is a split, too.
 *   https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 *
 * The documentation does not say whether a batch that fails at its first record is split further. We take the harsher
 * reading, that it is not: then one bad record takes its successors in the batch with it when the retries are used up.
 */
export const afterInvocation = (attempt: Attempt, outcome: BatchOutcome, policy: RetryPolicy): Next => {
  switch (outcome.kind) {
    case 'succeeded':
      return { kind: 'retry', attempts: [] };
    // Retries are for batches that reached the function.
    // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
    case 'throttled':
      return { kind: 'retry', attempts: [attempt] };
    case 'partly-failed': {
      const lowest = attempt.records.findIndex((record) => outcome.failed.has(record.dynamodb.SequenceNumber));
      const remaining = { ...attempt, records: attempt.records.slice(lowest) };
      const isSplit = policy.bisectBatchOnFunctionError && lowest > 0;
      return isSplit ? { kind: 'retry', attempts: [remaining] } : useRetry(remaining, policy);
    }
    case 'failed': {
      const isSplit = policy.bisectBatchOnFunctionError && outcome.functionError && attempt.records.length > 1;
      return isSplit ? { kind: 'retry', attempts: halve(attempt) } : useRetry(attempt, policy);
    }
    default:
      return outcome satisfies never;
  }
};

const useRetry = (attempt: Attempt, policy: RetryPolicy): Next => {
  if (attempt.retries >= policy.maximumRetryAttempts) return { kind: 'discard', attempt };
  return { kind: 'retry', attempts: [{ ...attempt, retries: attempt.retries + 1 }] };
};

const halve = (attempt: Attempt): readonly Attempt[] => {
  const middle = Math.ceil(attempt.records.length / 2);
  const { records } = attempt;
  return [
    { ...attempt, records: records.slice(0, middle) },
    { ...attempt, records: records.slice(middle) },
  ];
};
