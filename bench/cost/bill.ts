import type { Stored } from './item-size.ts';
import type { ByOperation, Measured } from './measured.ts';

/** What is billed in a month, in the units of the price file. */
export type Usage = {
  readonly lambda_request: number;
  readonly lambda_arm_gb_second: number;
  readonly dynamodb_write_unit: number;
  readonly dynamodb_read_unit: number;
  readonly dynamodb_storage_gb_month: number;
  readonly dynamodb_recovery_gb_month: number;
  readonly sqs_request: number;
  readonly ses_message: number;
  readonly http_api_request: number;
  readonly logs_gb: number;
  readonly alarm_metric_month: number;
  readonly kms_key_month: number;
  readonly kms_request: number;
  readonly transfer_out_gb: number;
};

/** What is not measured here. docs/cost.md names each. */
export const ASSUMED = {
  /** Of one product in a month: ten notifications, nine of its gate and one exception. */
  gateChanges: 9,
  exceptions: 1,
  heldBack: 10,
  /** Scans, with those that flip the gate. */
  uploads: 30,
  /** Those of them with other counts than the one before. */
  changes: 15,
  /** Visits of the page: ten products have one reader, with two visits for each notification. */
  visits: 20,
  /** Of a product: one address, Teams and Slack; an exception goes to one webhook. */
  targets: 3,
  /** One request to AWS, in a function of 512 MB: 1.5 ms of processor time at 0.29 of a processor, and the network. */
  requestMs: 10,
  /** A target's answer. */
  targetMs: 300,
  memoryGb: 0.5,
  /** Lambda's own three lines of an invocation and ours. */
  logKb: 1,
  /** A webhook's body with its headers. */
  messageKb: 3,
  /** 400 days, the default retention of notifications and that of the history. */
  keptMonths: 13,
  /** Lambda asks an empty queue for 20 s each, with two pollers, or with five if the mapping limits the concurrency. */
  pollerRequests: 3 * 60 * 24 * 30,
  pollers: 2,
  pollersOfLimited: 5,
  /** That of the webhooks, and those of the topics for alarms and for mail feedback. */
  keys: 3,
  /**
   * DynamoDB asks for the key of the table every five minutes for each function that is busy; twenty instances that open
   * webhooks ask for theirs once an hour.
   */
  keyRequests: (12 * 12 + 20) * 24 * 30,
} as const;

type Units = { readonly writes: number; readonly reads: number; readonly requests: number; readonly queue: number };

const NONE: Units = { writes: 0, reads: 0, requests: 0, queue: 0 };

const add = (one: Units, other: Units, times = 1): Units => ({
  writes: one.writes + times * other.writes,
  reads: one.reads + times * other.reads,
  requests: one.requests + times * other.requests,
  queue: one.queue + times * other.queue,
});

/** The unit of the bill that an operation's capacity units are. */
const KIND: Readonly<Record<string, 'writes' | 'reads'>> = {
  GetItem: 'reads',
  BatchGetItem: 'reads',
  Query: 'reads',
  PutItem: 'writes',
  UpdateItem: 'writes',
  DeleteItem: 'writes',
  BatchWriteItem: 'writes',
  TransactWriteItems: 'writes',
};

const unitsOfOperation = (operation: string, { calls, units }: ByOperation[string]): Units => {
  const [service, name = ''] = operation.split(':');
  const kind = service === 'dynamodb' ? KIND[name] : undefined;
  if (kind !== undefined) return { ...NONE, requests: calls, [kind]: units };
  if (operation === 'sqs:SendMessageBatch') return { ...NONE, requests: calls, queue: calls };
  // Once an instance and hour: in `keyRequests`.
  if (operation === 'kms:Decrypt') return { ...NONE, requests: calls };
  throw new Error(`What does ${operation} cost?`);
};

/** What an event asks of DynamoDB and SQS. */
export const unitsOf = (event: ByOperation): Units =>
  Object.entries(event).reduce(
    (sum, [name, usage]) => add(sum, unitsOfOperation(name.split(' ')[1] ?? '', usage)),
    NONE,
  );

/** Kilobytes, and bytes, of a gigabyte. */
const GB = { kb: 2 ** 20, bytes: 2 ** 30 } as const;

/** What a stage of so many products uses in a month. */
export const usageOf = (
  products: number,
  { events, stored, alarmMetrics, polledQueues, limitedQueues }: Measured,
): Usage => {
  const { gateChanges, exceptions, heldBack, uploads, changes, visits, targets } = ASSUMED;
  const notifications = gateChanges + exceptions;
  const deliveries = gateChanges * targets + exceptions;
  const all = (
    [
      [unitsOf(events.upload), uploads - changes],
      [unitsOf(events.change), changes - gateChanges],
      [unitsOf(events.gateChange), gateChanges],
      [unitsOf(events.delivery), deliveries],
      [unitsOf(events.exception), exceptions],
      [unitsOf(events.heldBack), heldBack],
      [unitsOf(events.visit), visits],
      // The queue's side of a message: received and deleted.
      [{ ...NONE, queue: 2 }, deliveries],
      // As many expire as are made. The job that removes what belongs to one is received and deleted, too.
      [add(unitsOf(events.expiry), { ...NONE, queue: 2 }), notifications],
    ] as const
  ).reduce((sum, [units, times]) => add(sum, units, times), NONE);
  const calls = uploads + exceptions + heldBack + 3 * visits;
  // A call each, gate-trigger after each upload, fan-out after each notification, the dispatcher for each message, gate-trigger
  // and background after each deletion.
  const invocations = calls + uploads + notifications + deliveries + 2 * notifications;
  const seconds = (all.requests * ASSUMED.requestMs + deliveries * ASSUMED.targetMs) / 1_000;
  const pollers = (polledQueues - limitedQueues) * ASSUMED.pollers + limitedQueues * ASSUMED.pollersOfLimited;
  const storedGb = (part: keyof Stored) => {
    const { gateChange, exception, historyEntry } = stored;
    const bytes = gateChanges * gateChange[part] + exceptions * exception[part] + uploads * historyEntry[part];
    return (products * ASSUMED.keptMonths * bytes) / GB.bytes;
  };
  return {
    lambda_request: products * invocations,
    lambda_arm_gb_second: products * seconds * ASSUMED.memoryGb,
    dynamodb_write_unit: products * all.writes,
    dynamodb_read_unit: products * all.reads,
    dynamodb_storage_gb_month: storedGb('table') + storedGb('indexes'),
    // Indexes are made anew when a table is restored.
    dynamodb_recovery_gb_month: storedGb('table'),
    sqs_request: products * all.queue + pollers * ASSUMED.pollerRequests,
    ses_message: products * gateChanges,
    http_api_request: products * calls,
    logs_gb: (products * invocations * ASSUMED.logKb) / GB.kb,
    alarm_metric_month: alarmMetrics,
    kms_key_month: ASSUMED.keys,
    kms_request: ASSUMED.keyRequests,
    transfer_out_gb: (products * (deliveries - gateChanges) * ASSUMED.messageKb) / GB.kb,
  };
};
