import * as z from 'zod/mini';

/**
 * What AWS calls an error that passes by itself: throttles and conflicts of DynamoDB, alone or as the reason of a cancelled
 * transaction (API reference, TransactionCanceledException), and the throttle of SQS.
 */
const TRANSIENT = new Set([
  'ProvisionedThroughputExceededException',
  'ProvisionedThroughputExceeded',
  'ThrottlingException',
  'ThrottlingError',
  'RequestLimitExceeded',
  'TransactionConflictException',
  'TransactionConflict',
  'RequestThrottled',
]);

/** Whether the reason of a cancelled transaction passes by itself. */
export const isTransientReason = (code: string): boolean => TRANSIENT.has(code);

const cancelledSchema = z.object({
  name: z.literal('TransactionCanceledException'),
  CancellationReasons: z.array(z.object({ Code: z.optional(z.string()) })),
});

const NAMES = { table: 'TableBusy', key: 'WebhookKeyUnavailable' } as const;

/** What a call has to wait for: the table, which throttles or is contended, or the key of the webhooks. */
export type UnavailableService = keyof typeof NAMES;

/** An error that says so. */
export const unavailable = (awaited: UnavailableService, message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { name: NAMES[awaited] });

/** What an error says a call has to wait for; null for any other error. */
export const unavailableServiceOf = (error: unknown): UnavailableService | null => {
  if (!(error instanceof Error)) return null;
  if (error.name === NAMES.key) return 'key';
  if (error.name === NAMES.table || TRANSIENT.has(error.name)) return 'table';
  const codes = cancelledSchema.safeParse(error).data?.CancellationReasons.map(({ Code = 'None' }) => Code) ?? [];
  return codes.some(isTransientReason) ? 'table' : null;
};
