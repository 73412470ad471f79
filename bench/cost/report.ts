import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { markdownTable } from '../bench.ts';
import { type Usage, usageOf } from './bill.ts';
import { limitsTable } from './limits.ts';
import { ASSUMPTIONS, LINES } from './lines.ts';
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
    ['line', 'per product', 'per stage', 'USD'],
    LINES.map(({ unit, what }) => {
      const { usd: amount, per } = prices[unit];
      const own = Number((usage[unit] - fixed[unit]).toPrecision(3));
      const price = per === 1 ? String(amount) : `${amount}/${per.toLocaleString('en')}`;
      return [what, String(own), fixed[unit].toLocaleString('en'), price];
    }),
  );
};

/** How many hours SES needs if a change of the settings flips the gate of each product. */
const floodHours = (products: number): string => Math.ceil(products / 14 / 3_600).toLocaleString('en');

/** docs/cost.md, whole. */
export const costReport = (measured: Measured, prices: Prices): string => `# What a stage costs

\`npm run cost\` writes this page from the requests, capacity units, and bytes that \`npm run bench -- counts\` counts on the local stack (\`bench/cost/measured.json\`) and the list prices of
${prices.region} (\`bench/cost/prices.json\`, with their sources), read on ${prices.looked_up} in stored copies of AWS's pages. Check them before you rely on them. Without free tiers,
taxes, and discounts.

${billTable(measured, prices)}

With many products, most of the bill is email; with few, it is alarms.

## How it is computed

A line is \`(products × per product + per stage) × USD\`; \`bench/cost/bill.ts\` counts.

${formulaTable(measured, prices)}

Assumed, not measured (\`ASSUMED\` in \`bench/cost/bill.ts\`):

${markdownTable(['assumption', 'value'], ASSUMPTIONS)}

Capacity units are those that the local DynamoDB reports, of products with two webhooks, an address, and 117 notifications. Not included, because they cost cents: the page's files, SNS, the sweeper, cold starts, and retries. The table shows
a stage that is older than 400 days: as much is deleted in a month as is written.

## Limits

The first limit is SES's sending rate. Nine emails for each of 1,000,000 products are ${(usageOf(1_000_000, measured).ses_message / 30 / 86_400).toFixed(1)} a second on average, but a change of the settings that
flips every gate takes ${floodHours(1_000_000)} hours at 14 a second, and the dispatcher retries for about 18: request a higher rate first.

${limitsTable(measured)}
`;
