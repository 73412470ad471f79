import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';

import { eventually } from '../../eventually.ts';
import { runInsights } from '../../insights.ts';
import { useStack } from '../../use-stack.ts';

const stack = useStack();
let admin: string;

beforeAll(async () => {
  admin = await stack.token('alice', { admin: true });
});

afterEach(() => stack.faults([]));

const runbook = readFileSync(join(import.meta.dirname, '../../../docs/runbook.md'), 'utf8');

/** The runbook's query that has these words. */
const queryWith = (words: string): string => {
  const found = [...runbook.matchAll(/^```\n(fields [^`]+)```$/gm)].map(([, query = '']) => query);
  return found.find((query) => query.includes(words)) ?? '';
};

/** What the functions wrote, without the time and request id that the local log puts before each line. */
const lines = (): string[] =>
  [...stack.logs()].flatMap(([file, text]) =>
    file === 'stack.log' ? [] : text.split('\n').map((line) => line.split(' ').slice(2).join(' ')),
  );

const run = (words: string, replace: Readonly<Record<string, string>> = {}) =>
  runInsights(
    Object.entries(replace).reduce((text, [from, to]) => text.replaceAll(from, to), queryWith(words)),
    lines(),
  );

const created = z.object({ id: z.string() });

it("the runbook's queries answer on what the functions write", async () => {
  const body = { name: 'queried', notification_slack_webhook: `${stack.handles.receiver}/queried` };
  const { id } = created.parse((await stack.api('POST', '/api/products', { token: admin, body })).json);
  await stack.atRest();
  await stack.api('GET', `/api/products/${id}`, { token: admin });
  // Lines reach the log a moment after the answer.
  const shown = () => run('Webhooks were shown').filter((row) => row['message.product_id'] === id);
  await eventually(() => shown().length > 0, 'the line is in the log');
  expect(shown()).toContainEqual({
    '@timestamp': expect.any(String),
    'message.user': 'alice',
    'message.as': 'administrator',
    'message.product_id': id,
    'message.channels.0': 'slack',
    'message.request_id': expect.any(String),
  });

  await stack.faults([{ function: 'fan-out', action: 'BatchGetItem', nth: 1, do: 'error', times: 8 }]);
  const counts = { critical: 3, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
  const put = await stack.api('PUT', `/api/products/${id}/observation_counts`, { token: admin, body: counts });
  await stack.atRest(60_000);
  const follow = () => run('REQUEST_ID', { REQUEST_ID: put.headers.get('apigw-requestid') ?? 'none' });
  await eventually(() => follow().some((row) => row['message.message'] === 'Delivery settled'), 'all lines are there');
  const followed = follow();
  expect(followed.map((row) => row['message.message'])).toEqual([
    'Answered',
    'The gate changed',
    'Fanned out',
    'Delivery settled',
  ]);
  expect(followed[2]?.['message.delivery_ids.0']).toBe(followed[3]?.['message.delivery_id']);
  expect(run('message.level = "error"')).toContainEqual(
    expect.objectContaining({ 'message.error.class': 'InternalServerError' }),
  );

  await stack.faults([{ function: 'products', nth: 1, do: 'kill' }]);
  await stack.api('GET', `/api/products/${id}`, { token: admin });
  await eventually(() => run('record.status').some((row) => row['record.status'] === 'failure'), 'the crash is shown');
});

it('metrics are lines of their own, with the directive at the root', () => {
  const metrics = lines().filter((line) => line.includes('CloudWatchMetrics'));
  expect(metrics).not.toEqual([]);
  for (const line of metrics) expect(JSON.parse(line)).toHaveProperty('_aws.CloudWatchMetrics');
});
