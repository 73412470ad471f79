import { z } from 'zod';
import { type InvokeResult, THROTTLED } from '../lambda.ts';

/** Which records of a batch failed, by their identifiers: message ids, or sequence numbers. */
export type BatchOutcome =
  | { readonly kind: 'succeeded' }
  /** The function did not run. */
  | { readonly kind: 'throttled' }
  /** With `functionError` the invocation failed; without, the function's answer says or means that all failed. */
  | { readonly kind: 'failed'; readonly functionError: boolean; readonly reason: string }
  | { readonly kind: 'partly-failed'; readonly failed: ReadonlySet<string> };

const answerSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * Reads what a function made of a batch. An empty or null answer or list is a success. With `ReportBatchItemFailures`, an
 * answer of the wrong form, an empty identifier or one that is not in the batch fails the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#sqs-batchfailurereporting-conditions
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html#streams-batchfailurereporting-conditions
 */
export const readBatchOutcome = (
  result: InvokeResult,
  mapping: { readonly reportBatchItemFailures: boolean; readonly identifiers: readonly string[] },
): BatchOutcome => {
  if (result.kind === 'error' && result.errorType === THROTTLED) return { kind: 'throttled' };
  if (result.kind === 'error')
    return { kind: 'failed', functionError: true, reason: `${result.errorType}: ${result.message}` };
  if (!mapping.reportBatchItemFailures) return { kind: 'succeeded' };
  const answer = answerSchema.safeParse(result.payload);
  if (!answer.success) return malformed('the answer has not the form of batchItemFailures');
  const failed = new Set(answer.data?.batchItemFailures?.map((failure) => failure.itemIdentifier));
  if (failed.size === 0) return { kind: 'succeeded' };
  const known = new Set(mapping.identifiers);
  if ([...failed].some((identifier) => !known.has(identifier)))
    return malformed('the answer names an identifier that is not in the batch');
  return { kind: 'partly-failed', failed };
};

const malformed = (reason: string): BatchOutcome => ({ kind: 'failed', functionError: false, reason });
