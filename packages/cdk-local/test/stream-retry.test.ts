import { describe, expect, test } from 'vitest';
import type { BatchOutcome } from '../src/sources/batch-answer.ts';
import type { StreamRecord } from '../src/sources/stream-reader.ts';
import { afterInvocation } from '../src/sources/stream-retry.ts';

const record = (sequenceNumber: string): StreamRecord => ({
  eventID: sequenceNumber,
  eventName: 'INSERT',
  eventVersion: '1.1',
  dynamodb: {
    ApproximateCreationDateTime: 0,
    Keys: {},
    SequenceNumber: sequenceNumber,
    SizeBytes: 1,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
});

const numbers = (records: readonly StreamRecord[]) => records.map(({ dynamodb }) => dynamodb.SequenceNumber).join(' ');
const thrown: BatchOutcome = { kind: 'failed', functionError: true, reason: 'boom' };
const malformed: BatchOutcome = { kind: 'failed', functionError: false, reason: 'malformed' };
const reported = (...failed: string[]): BatchOutcome => ({ kind: 'partly-failed', failed: new Set(failed) });

/** What follows for the records 1 to 5, as `records (retries used)`, or `discard records`. */
function next(outcome: BatchOutcome, policy: { bisect: boolean; max: number; used: number }) {
  const attempt = { records: ['1', '2', '3', '4', '5'].map(record), retries: policy.used, invocations: 1 };
  const { bisect: bisectBatchOnFunctionError, max: maximumRetryAttempts } = policy;
  const step = afterInvocation(attempt, outcome, { bisectBatchOnFunctionError, maximumRetryAttempts });
  return step.kind === 'discard'
    ? `discard ${numbers(step.attempt.records)}`
    : step.attempts.map(({ records, retries }) => `${numbers(records)} (${retries})`);
}

describe.each([
  // Outcome, bisecting, retries allowed and used → what follows
  ['success', { kind: 'succeeded' }, false, 2, 0, []],
  ['a thrown error', thrown, false, 2, 0, ['1 2 3 4 5 (1)']],
  ['a thrown error, the retries used up', thrown, false, 2, 2, 'discard 1 2 3 4 5'],
  ['a thrown error, no retries allowed', thrown, false, 0, 0, 'discard 1 2 3 4 5'],
  ['a thrown error, endless retries', thrown, false, Number.POSITIVE_INFINITY, 1e6, ['1 2 3 4 5 (1000001)']],
  ['a thrown error, bisecting', thrown, true, 2, 0, ['1 2 3 (0)', '4 5 (0)']],
  ['a thrown error, bisecting, the retries used up', thrown, true, 2, 2, ['1 2 3 (2)', '4 5 (2)']],
  ['a malformed answer, bisecting', malformed, true, 2, 0, ['1 2 3 4 5 (1)']],
  ['a throttle, bisecting, the retries used up', { kind: 'throttled' }, true, 2, 2, ['1 2 3 4 5 (2)']],
  ['a partial answer', reported('3'), false, 2, 0, ['3 4 5 (1)']],
  ['a partial answer, several records', reported('5', '2', '4'), false, 2, 0, ['2 3 4 5 (1)']],
  ['a partial answer, the retries used up', reported('4'), false, 2, 2, 'discard 4 5'],
  ['a partial answer, bisecting', reported('3'), true, 2, 2, ['3 4 5 (2)']],
  ['a partial answer at the first record, bisecting', reported('1'), true, 2, 0, ['1 2 3 4 5 (1)']],
] as const)('after %s', (_name, outcome, bisect, max, used, expected) => {
  test(`comes ${JSON.stringify(expected)}`, () => {
    expect(next(outcome, { bisect, max, used })).toEqual(expected);
  });
});
