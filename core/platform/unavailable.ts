import * as z from 'zod/mini';

/**
 * The names of transient AWS errors: throttling and conflicts of DynamoDB, on their own or as the reason of a cancelled
 * transaction (API reference, TransactionCanceledException), and throttling of SQS.
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

/** Whether the reason of a cancelled transaction is transient. */
export const isTransientReason = (code: string): boolean => TRANSIENT.has(code);

const cancelledSchema = z.object({
  name: z.literal('TransactionCanceledException'),
  CancellationReasons: z.array(z.object({ Code: z.optional(z.string()) })),
});

const NAMES = { table: 'TableBusy', key: 'WebhookKeyUnavailable' } as const;

/** The unavailable part: the table, which is throttled or contended, or the KMS key of webhooks. */
export type UnavailableService = keyof typeof NAMES;

/** An error that names the unavailable part. */
export const unavailable = (awaited: UnavailableService, message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { name: NAMES[awaited] });

/** The part whose unavailability caused an error; null for any other error. */
export const unavailableServiceOf = (error: unknown): UnavailableService | null => {
  if (!(error instanceof Error)) return null;
  if (error.name === NAMES.key) return 'key';
  if (error.name === NAMES.table || TRANSIENT.has(error.name)) return 'table';
  const codes = cancelledSchema.safeParse(error).data?.CancellationReasons.map(({ Code = 'None' }) => Code) ?? [];
  return codes.some(isTransientReason) ? 'table' : null;
};
