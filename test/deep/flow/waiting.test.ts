import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { wakeBody } from '../../../core/deliveries/queue.ts';
import { notificationPartition } from '../../../core/keys.ts';
import { inChunks } from '../../../core/platform/chunks.ts';
import { targetNameSchema } from '../../../core/targets/target-record.ts';
import { callAwsJson } from '../../../packages/cdk-local/src/engines/aws-json.ts';
import { callQueue } from '../../../packages/cdk-local/src/sources/sqs-calls.ts';
import { eventually } from '../../eventually.ts';
import { startTestStack, type TestStack } from '../../stack.ts';

/** Messages of a queue in flight at which SQS stops; 120,000 on AWS. `npm run bench -- in-flight` has as many. */
const LIMIT = 1_200;
const WAITING = 2_000;

let stack: TestStack;
let admin: string;

beforeAll(async () => {
  stack = await startTestStack({ options: ['--in-flight-limit', String(LIMIT)] });
  admin = await stack.token('alice', { admin: true, scope: 'exceptions' });
});
afterAll(() => stack?.stop());

const created = z.object({ id: z.string() });
const recorded = z.object({ notification_id: z.string() });

const waiting = async () =>
  (await stack.items()).flatMap(({ sk, waiting_for }) => (sk?.startsWith('DELIVERY#') ? waiting_for : []) ?? []);

/** An exception whose only target throttles: its notification, as it is stored when its delivery waits. */
const oneThatWaits = async () => {
  const settings = { exception_slack_webhook: `${stack.handles.receiver}/throttles` };
  expect(await stack.api('PATCH', '/api/settings', { token: admin, body: settings })).toMatchObject({ status: 200 });
  await stack.behaviour([{ path: '/throttles', status: 429, headers: { 'retry-after': '36000' } }]);
  const body = { exception_class: 'ParseError', message: 'm', function: 'f' };
  const answer = await stack.api('POST', '/api/exceptions', { token: admin, body });
  const { notification_id: id } = recorded.parse(answer.json);
  await eventually(async () => (await stack.messages('/throttles')).length === 1, 'it was throttled', 60_000);
  await stack.atRest(60_000, { ignoreWaiting: true });
  const pk = JSON.stringify({ S: notificationPartition(id) });
  const items = (await stack.rawItems()).filter((item) => JSON.stringify(item['pk']) === pk);
  return { id, items };
};

const writeItems = async (items: readonly object[]): Promise<void> => {
  const { dynamodb: url, table } = stack.handles;
  for (const some of inChunks(items, 25)) {
    const body = { RequestItems: { [table ?? '']: some.map((Item) => ({ PutRequest: { Item } })) } };
    await callAwsJson({ url, target: 'DynamoDB_20120810.BatchWriteItem', body, answer: z.unknown() });
  }
};

const wakeOnceEach = async (ids: readonly string[], target: string): Promise<void> => {
  const { sqs: url, delivery_queue: QueueUrl } = stack.handles;
  for (const some of inChunks(ids, 10)) {
    const Entries = some.map((notification_id, position) => {
      const deliveries = [{ notification_id, delivery_id: 'slack' }];
      const MessageBody = JSON.stringify(wakeBody({ target: targetNameSchema.parse(target), deliveries }));
      return { Id: String(position), MessageBody };
    });
    const target_ = 'AmazonSQS.SendMessageBatch';
    await callAwsJson({
      url,
      region: 'eu-central-1',
      target: target_,
      body: { QueueUrl, Entries },
      answer: z.unknown(),
    });
  }
};

it('more waits for one target than a queue can have in flight, and the others are sent to', async () => {
  const { id, items } = await oneThatWaits();
  const [target = ''] = await waiting();
  // Each as its own fan-out leaves it: past the API, which would take minutes.
  const ids = Array.from({ length: WAITING - 1 }, (_, n) => `${id.slice(0, -4)}${String(n).padStart(4, '0')}`);
  await writeItems(
    ids.flatMap((other) => z.array(z.object().loose()).parse(JSON.parse(JSON.stringify(items).replaceAll(id, other)))),
  );
  await wakeOnceEach(ids, target);
  await stack.atRest(120_000, { ignoreWaiting: true });
  expect(new Set(await waiting())).toEqual(new Set([target]));
  const { sqs, delivery_queue } = stack.handles;
  expect(await callQueue(sqs, delivery_queue ?? '').depth()).toEqual({ visible: 0, delayed: 0, invisible: 0 });

  const body = { name: 'Due', notification_slack_webhook: `${stack.handles.receiver}/due` };
  const { id: productId } = created.parse((await stack.api('POST', '/api/products', { token: admin, body })).json);
  const counts = { critical: 1, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
  await stack.api('PUT', `/api/products/${productId}/observation_counts`, { token: admin, body: counts });
  await eventually(async () => (await stack.messages('/due')).length === 1, 'the other target has its message', 60_000);
  await eventually(async () => (await waiting()).length === WAITING, 'the others still wait', 60_000);
  expect(await stack.messages('/throttles')).toHaveLength(1);
});
