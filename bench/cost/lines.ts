import { ASSUMED, type Usage } from './bill.ts';

/** The lines of the bill: what is used, and in which service. */
export const LINES: readonly { readonly unit: keyof Usage; readonly what: string }[] = [
  { unit: 'lambda_request', what: 'Lambda, invocations' },
  { unit: 'lambda_arm_gb_second', what: 'Lambda, time' },
  { unit: 'dynamodb_write_unit', what: 'DynamoDB, writes' },
  { unit: 'dynamodb_read_unit', what: 'DynamoDB, reads' },
  { unit: 'dynamodb_storage_gb_month', what: 'DynamoDB, storage' },
  { unit: 'dynamodb_recovery_gb_month', what: 'DynamoDB, point-in-time recovery' },
  { unit: 'sqs_request', what: 'SQS' },
  { unit: 'ses_message', what: 'SES' },
  { unit: 'http_api_request', what: 'API Gateway' },
  { unit: 'logs_gb', what: 'CloudWatch Logs' },
  { unit: 'alarm_metric_month', what: 'CloudWatch alarms' },
  { unit: 'kms_key_month', what: 'KMS, keys' },
  { unit: 'kms_request', what: 'KMS, requests' },
  { unit: 'transfer_out_gb', what: 'Data transfer' },
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
