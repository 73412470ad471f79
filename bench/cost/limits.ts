import { markdownTable } from '../bench.ts';
import { ASSUMED, unitsOf } from './bill.ts';
import type { Measured } from './measured.ts';

/** How many gate changes a stage can process in a second, by the part that limits it. */
export const limitsTable = (measured: Measured): string => {
  const change = unitsOf(measured.events.gateChange);
  const delivery = unitsOf(measured.events.delivery);
  const writes = change.writes + ASSUMED.targets * delivery.writes;
  const batchSeconds = (delivery.requests * ASSUMED.requestMs + ASSUMED.targetMs) / 1_000;
  const perShard = 2 * (1_000 / (3 * ASSUMED.requestMs));
  const round = (value: number) => Math.floor(value).toLocaleString('en');
  return markdownTable(
    ['limit', 'gate changes a second', 'how to raise it'],
    [
      ['SES: 14 messages a second at first, an address each', '14', 'a higher rate from AWS, and `mailsPerSecond`'],
      [
        `A stream shard: two batches at a time, each change with 3 requests`,
        `${round(perShard)} a shard`,
        'DynamoDB adds shards with traffic; `parallelizationFactor` (2) up to 10',
      ],
      [
        `DynamoDB: 4,000 write units a second on a new table, ${writes} a change`,
        round(4_000 / writes),
        'grows with the traffic up to the account’s 40,000',
      ],
      [
        'The list of products by last change: two partitions of 1,000 write units, two a change',
        '1,000',
        '`LISTS` in `core/keys.ts`; reads cost more',
      ],
      [
        'The dispatcher: 50 at a time with 10 messages each',
        round((50 * 10) / batchSeconds / ASSUMED.targets),
        '`dispatcherConcurrency`, below the account’s concurrency',
      ],
      [
        'One webhook: a message in ten seconds, which reports up to 2,000 changes',
        '200',
        '`targetIntervals`, as fast as the webhook accepts messages (Slack: one a second)',
      ],
    ],
  );
};
