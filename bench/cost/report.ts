import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { markdownTable } from '../bench.ts';
import { ASSUMED, INDEX_WRITES, type Usage, unitsOf, usageOf } from './bill.ts';
import type { Measured } from './measured.ts';

const priceSchema = z.object({ usd: z.number(), per: z.number(), source: z.string() });

const priceFileSchema = z.object({
  region: z.string(),
  currency: z.literal('USD'),
  looked_up: z.string(),
  prices: z.object({
    lambda_request: priceSchema,
    lambda_arm_gb_second: priceSchema,
    dynamodb_write_unit: priceSchema,
    dynamodb_read_unit: priceSchema,
    dynamodb_storage_gb_month: priceSchema,
    dynamodb_recovery_gb_month: priceSchema,
    sqs_request: priceSchema,
    ses_message: priceSchema,
    http_api_request: priceSchema,
    logs_gb: priceSchema,
    alarm_metric_month: priceSchema,
    kms_key_month: priceSchema,
    kms_request: priceSchema,
    transfer_out_gb: priceSchema,
  }),
});
export type Prices = z.infer<typeof priceFileSchema>;

export const readPrices = (): Prices =>
  priceFileSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'prices.json'), 'utf8')));

const SIZES = [100, 10_000, 1_000_000] as const;

/** The lines of the bill: what is used, in which service, and how that is counted. */
const LINES: readonly { readonly unit: keyof Usage; readonly what: string; readonly formula: string }[] = [
  {
    unit: 'lambda_request',
    what: 'Lambda, invocations',
    formula: 'calls + uploads (gate-trigger) + notifications (fan-out) + messages (dispatcher)',
  },
  {
    unit: 'lambda_arm_gb_second',
    what: 'Lambda, time',
    formula: 'requests to AWS × time of one + messages × answer of a target, × memory',
  },
  {
    unit: 'dynamodb_write_unit',
    what: 'DynamoDB, writes',
    formula: 'items written, twice in a transaction, + those of the indexes: three a notification, four a message',
  },
  {
    unit: 'dynamodb_read_unit',
    what: 'DynamoDB, reads',
    formula: 'items read + one a request; of a list an eighth of its items',
  },
  {
    unit: 'dynamodb_storage_gb_month',
    what: 'DynamoDB, storage',
    formula: 'notifications × months stored × size of one with everything that belongs to it',
  },
  { unit: 'dynamodb_recovery_gb_month', what: 'DynamoDB, point-in-time recovery', formula: 'as storage' },
  {
    unit: 'sqs_request',
    what: 'SQS',
    formula: 'sends + a receipt and a deletion a message + polling of each queue that feeds a function',
  },
  { unit: 'ses_message', what: 'SES', formula: 'gate changes × addresses' },
  { unit: 'http_api_request', what: 'API Gateway', formula: 'uploads + exceptions + three calls a visit' },
  { unit: 'logs_gb', what: 'CloudWatch Logs', formula: 'invocations × size of their lines' },
  {
    unit: 'alarm_metric_month',
    what: 'CloudWatch alarms',
    formula: 'metrics that alarms look at; the same at every size',
  },
  {
    unit: 'kms_key_month',
    what: 'KMS, keys',
    formula:
      'of webhooks, alarms and mail feedback; the same at every size; each yearly rotation adds as much, twice at most',
  },
  {
    unit: 'kms_request',
    what: 'KMS, requests',
    formula: 'the table’s key, every five minutes for each function; that of webhooks, every hour for each instance',
  },
  { unit: 'transfer_out_gb', what: 'Data transfer', formula: 'webhook messages × size' },
];

const usd = (amount: number): string =>
  amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const costOf = (unit: keyof Usage, usage: Usage, { prices }: Prices): number =>
  (usage[unit] / prices[unit].per) * prices[unit].usd;

const billTable = (measured: Measured, prices: Prices): string => {
  const usages = SIZES.map((products) => usageOf(products, measured));
  const rows = LINES.map(({ unit, what }) => [what, ...usages.map((usage) => usd(costOf(unit, usage, prices)))]);
  const totals = usages.map((usage) => LINES.reduce((sum, { unit }) => sum + costOf(unit, usage, prices), 0));
  const each = totals.map((total, position) => usd((1_000 * total) / (SIZES[position] ?? 1)));
  return markdownTable(
    ['USD a month', ...SIZES.map((products) => `${products.toLocaleString('en')} products`)],
    [...rows, ['**Together**', ...totals.map((total) => `**${usd(total)}**`)], ['a thousand products', ...each]],
  );
};

const formulaTable = (measured: Measured, { prices }: Prices): string => {
  const usage = usageOf(1, measured);
  const fixed = usageOf(0, measured);
  return markdownTable(
    ['line', 'formula', 'of a product', 'of a stage', 'USD', 'for so many', 'source'],
    LINES.map(({ unit, what, formula }) => {
      const { usd: amount, per, source } = prices[unit];
      const own = Number((usage[unit] - fixed[unit]).toPrecision(3));
      return [
        what,
        formula,
        String(own),
        fixed[unit].toLocaleString('en'),
        String(amount),
        per.toLocaleString('en'),
        source,
      ];
    }),
  );
};

const ASSUMPTIONS: readonly (readonly [string, string])[] = [
  [
    'Notifications of a product in a month',
    `${ASSUMED.gateChanges} gate changes, ${ASSUMED.exceptions} exception; ${ASSUMED.heldBack} more are held back`,
  ],
  ['Scans reported', `${ASSUMED.uploads}, those included that flip the gate`],
  ['Targets', `${ASSUMED.targets} for a gate change (an address, Teams, Slack), a webhook for an exception`],
  ['Visits of the page', `${ASSUMED.visits}, three calls each`],
  ['A request to AWS takes', `${ASSUMED.requestMs} ms of a function of ${ASSUMED.memoryGb} GB`],
  ['A target answers after', `${ASSUMED.targetMs} ms; every message comes alone, none shares an invocation`],
  ['Lines of the log for an invocation', `${ASSUMED.logKb} KB`],
  ['A webhook message', `${ASSUMED.messageKb} KB`],
  [
    'A notification with everything that belongs to it',
    `${ASSUMED.notificationKb} KB, stored for ${ASSUMED.keptMonths} months`,
  ],
];

/** What a stage can do in a second, by the part that stands in the way. */
const limitsTable = (measured: Measured): string => {
  const change = unitsOf(measured.events.gateChange);
  const delivery = unitsOf(measured.events.delivery);
  const writes =
    change.writes + INDEX_WRITES.notification + ASSUMED.targets * (delivery.writes + INDEX_WRITES.delivery);
  const batchSeconds = (delivery.requests * ASSUMED.requestMs + ASSUMED.targetMs) / 1_000;
  const perShard = 2 * (1_000 / (3 * ASSUMED.requestMs));
  const round = (value: number) => Math.floor(value).toLocaleString('en');
  return markdownTable(
    ['limit', 'gate changes a second', 'what moves it'],
    [
      [
        'SES: 14 messages a second at first, an address each',
        '14',
        'a request to AWS for a higher rate, and `mailsPerSecond` of the stage; until then mail waits its turn',
      ],
      [
        `A stream shard: two batches at a time, each change with 3 requests`,
        `${round(perShard)} a shard`,
        'a table of more traffic has more shards by itself; `parallelizationFactor` (2) up to 10',
      ],
      [
        `DynamoDB: 4,000 write units a second on a new table, ${writes} a change`,
        round(4_000 / writes),
        'grows by itself with the traffic, up to the account’s 40,000; warm throughput before an expected flood',
      ],
      ['One product: 1,000 write units a second in its partition', round(1_000 / change.writes), 'nothing has to'],
      [
        'The timeline: three partitions of 1,000 write units',
        '3,000',
        '`TIMELINE_SHARDS` in `core/keys.ts`; reads of administrators grow with it',
      ],
      [
        'The dispatcher: 50 at a time with 10 messages each',
        round((50 * 10) / batchSeconds / ASSUMED.targets),
        '`dispatcherConcurrency` of the stage, below the account’s concurrency (1,000; 10 in a new account)',
      ],
      ['One Slack webhook', '1', 'Slack’s own rate: a webhook for each product'],
    ],
  );
};

/** How long a flood takes that a change of the settings makes: each of so many products flips. */
const floodHours = (products: number): string => Math.ceil(products / 14 / 3_600).toLocaleString('en');

/** docs/cost.md, whole. */
export const costReport = (measured: Measured, prices: Prices): string => `# What a stage costs

Written by \`npm run cost\`, and never by hand: from the requests that \`npm run bench -- counts\` counts on the local stack
(\`bench/cost/measured.json\`), and from list prices (\`bench/cost/prices.json\`) of ${prices.region}, looked up on
${prices.looked_up} in stored copies of AWS's pages: look again before you rely on one. Without free tiers, taxes and
discounts; ten notifications a product and month.

${billTable(measured, prices)}

Mail is most of the bill where there are many products, and the alarms are where there are few. What a notification costs
beside its mail is writing it down and claiming each of its messages before it is sent; that is the price of "none is
lost, none comes twice".

## How it is computed

A line is \`(products × of a product + of a stage) / for so many × USD\`.

${formulaTable(measured, prices)}

What is assumed, and not measured (\`ASSUMED\` in \`bench/cost/bill.ts\`):

${markdownTable(['what', 'how much'], ASSUMPTIONS)}

Items are taken to be below 1 KB where they are written and below 4 KB where they are read. The page's files, SNS, the
sweeper, cold starts and retries of failing targets are not in it: cents. Nothing deletes notifications by itself, so storage grows
every year by what the first year brought.

## Where it ends

The first limit is SES's sending rate, long before one of the design: a new account sends 14 messages a second. Nine
mails for each of 1,000,000 products are ${(usageOf(1_000_000, measured).ses_message / 30 / 86_400).toFixed(1)} a second in the mean. But a change of the settings that flips
each of them is a flood of a million, which takes ${floodHours(1_000_000)} hours at that rate; the dispatcher tries for some 18. With so many
products, have the rate raised first.

${limitsTable(measured)}
`;
