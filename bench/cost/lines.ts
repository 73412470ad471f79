import { ASSUMED, type Usage } from './bill.ts';

/** The lines of the bill: what is used, in which service, and how that is counted. */
export const LINES: readonly { readonly unit: keyof Usage; readonly what: string; readonly formula: string }[] = [
  {
    unit: 'lambda_request',
    what: 'Lambda, invocations',
    formula: 'calls + uploads + notifications + messages + expired notifications, twice',
  },
  {
    unit: 'lambda_arm_gb_second',
    what: 'Lambda, time',
    formula: 'requests to AWS × time of one + messages × answer of a target, × memory',
  },
  {
    unit: 'dynamodb_write_unit',
    what: 'DynamoDB, writes',
    formula: 'counted: an item by the kilobyte, twice in a transaction, with conditions on others; entries of indexes',
  },
  {
    unit: 'dynamodb_read_unit',
    what: 'DynamoDB, reads',
    formula: 'counted: an item by four kilobytes, also a missing one; of a query the sum; half without consistency',
  },
  {
    unit: 'dynamodb_storage_gb_month',
    what: 'DynamoDB, storage',
    formula: '(notifications × size of one + scans × size of a history entry) × months stored',
  },
  {
    unit: 'dynamodb_recovery_gb_month',
    what: 'DynamoDB, point-in-time recovery',
    formula: 'as storage, without indexes',
  },
  {
    unit: 'sqs_request',
    what: 'SQS',
    formula:
      'sends, receipts, and deletions + polling of each queue that feeds a function: two pollers, or five with a maximum concurrency',
  },
  { unit: 'ses_message', what: 'SES', formula: 'gate changes × addresses' },
  { unit: 'http_api_request', what: 'API Gateway', formula: 'uploads + exceptions + three calls a visit' },
  { unit: 'logs_gb', what: 'CloudWatch Logs', formula: 'invocations × size of their lines' },
  {
    unit: 'alarm_metric_month',
    what: 'CloudWatch alarms',
    formula: 'metrics that alarms look at',
  },
  {
    unit: 'kms_key_month',
    what: 'KMS, keys',
    formula: 'of webhooks, alarms, and mail feedback; each yearly rotation adds as much, twice at most',
  },
  {
    unit: 'kms_request',
    what: 'KMS, requests',
    formula: 'the table’s key, every five minutes for each function; that of webhooks, every hour for each instance',
  },
  { unit: 'transfer_out_gb', what: 'Data transfer', formula: 'webhook messages × size' },
];

/** The assumptions of the bill, as docs/cost.md shows them. */
export const ASSUMPTIONS: readonly (readonly [string, string])[] = [
  [
    'Notifications of a product in a month',
    `${ASSUMED.gateChanges} gate changes, ${ASSUMED.exceptions} exception; ${ASSUMED.heldBack} more are held back`,
  ],
  [
    'Scans reported',
    `${ASSUMED.uploads}, those included that flip the gate; ${ASSUMED.changes} have other counts than the one before`,
  ],
  ['Targets', `${ASSUMED.targets} for a gate change (an address, Teams, Slack), a webhook for an exception`],
  ['Visits of the page', `${ASSUMED.visits}, three calls each`],
  ['A request to AWS takes', `${ASSUMED.requestMs} ms of a function of ${ASSUMED.memoryGb} GB`],
  ['A target answers after', `${ASSUMED.targetMs} ms; every message comes alone, none shares an invocation`],
  ['Lines of the log for an invocation', `${ASSUMED.logKb} KB`],
  ['A webhook message', `${ASSUMED.messageKb} KB`],
  ['Notifications and history are stored for', `${ASSUMED.keptMonths} months (400 days)`],
];
