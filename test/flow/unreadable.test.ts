import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { callAwsJson } from '../../packages/cdk-local/src/engines/aws-json.ts';
import { startTestStack, type TestStack } from '../stack.ts';

let stack: TestStack;
let admin: string;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.token('alice', { admin: true });
});
afterAll(() => stack.stop());

const NO_COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const created = z.object({ id: z.string() });
const make = async (name: string) =>
  created.parse((await stack.api('POST', '/api/products', { token: admin, body: { name } })).json).id;
const list = async (path: string) => (await stack.api('GET', path, { token: admin })).json;
const classes = z.object({ results: z.array(z.object({ exception_class: z.nullable(z.string()), type: z.string() })) });

/** Writes what no version ever wrote into an item of a product. */
const spoil = (id: string, attribute: string) =>
  callAwsJson({
    url: stack.handles.dynamodb,
    target: 'DynamoDB_20120810.UpdateItem',
    body: {
      TableName: stack.handles.table,
      Key: { pk: { S: `PRODUCT#${id}` }, sk: { S: 'PRODUCT' } },
      UpdateExpression: 'SET #attribute = :value',
      ExpressionAttributeNames: { '#attribute': attribute },
      ExpressionAttributeValues: { ':value': { M: {} } },
    },
    answer: z.unknown(),
  });

it('two products that do not parse are left out, recorded once, and keep no other from being notified', async () => {
  const [one, two, sound] = [await make('One'), await make('Two'), await make('Sound')];
  await spoil(one, 'description');
  await spoil(two, 'description');
  for (let times = 0; times < 3; times += 1)
    expect(await list('/api/products')).toMatchObject({ results: [{ id: sound }], unreadable: [two, one], next: null });
  const counts = { token: admin, body: { ...NO_COUNTS, critical: 1 } };
  expect(await stack.api('PUT', `/api/products/${sound}/observation_counts`, counts)).toMatchObject({ status: 200 });
  await stack.atRest(120_000, { ignoreWaiting: true });
  expect(await list(`/api/notifications?product_id=${sound}`)).toMatchObject({ results: [{ to: 'failed' }] });
  const { results } = classes.parse(await list('/api/notifications?type=task&function=products'));
  expect(results.map(({ exception_class }) => exception_class)).toEqual(['UnreadableItem']);
});
