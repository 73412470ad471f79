import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unitsOf, usageOf } from '../../../bench/cost/bill.ts';
import { readMeasured } from '../../../bench/cost/measured.ts';
import { costReport, readPrices } from '../../../bench/cost/report.ts';

describe('the bill', () => {
  it('is in docs/cost.md as `npm run cost` writes it', () => {
    const file = join(import.meta.dirname, '..', '..', '..', 'docs', 'cost.md');
    expect(readFileSync(file, 'utf8')).toBe(costReport(readMeasured(), readPrices()));
  });

  it('adds up the units of reads, of writes, and of queues', () => {
    const event = {
      'products dynamodb:BatchGetItem': { calls: 1, units: 4 },
      'products dynamodb:PutItem': { calls: 1, units: 2 },
      'fan-out dynamodb:TransactWriteItems': { calls: 1, units: 12 },
      'fan-out sqs:SendMessageBatch': { calls: 1, units: 0 },
      'notifications dynamodb:Query': { calls: 1, units: 0.5 },
      'dispatcher kms:Decrypt': { calls: 1, units: 0 },
    };
    expect(unitsOf(event)).toEqual({ writes: 14, reads: 4.5, requests: 6, queue: 1 });
  });

  it('refuses an operation that it has no price for', () => {
    expect(() => unitsOf({ 'products dynamodb:Scan': { calls: 1, units: 1 } })).toThrow('dynamodb:Scan');
  });

  it('has two pollers for an idle queue, and five for one whose consumers are limited', () => {
    const idle = (queues: { readonly polledQueues: number; readonly limitedQueues: number }) =>
      usageOf(0, { ...readMeasured(), ...queues }).sqs_request / (3 * 60 * 24 * 30);
    expect(idle({ polledQueues: 4, limitedQueues: 0 })).toBe(8);
    expect(idle({ polledQueues: 4, limitedQueues: 2 })).toBe(14);
  });

  it('grows with the products, beside what every stage has', () => {
    const measured = readMeasured();
    const [none, one, thousand] = [0, 1, 1_000].map((products) => usageOf(products, measured));
    const grown = (thousand?.sqs_request ?? 0) - (none?.sqs_request ?? 0);
    expect(grown).toBeCloseTo(1_000 * ((one?.sqs_request ?? 0) - (none?.sqs_request ?? 0)), 3);
    expect(none?.alarm_metric_month).toBe(thousand?.alarm_metric_month);
  });
});
