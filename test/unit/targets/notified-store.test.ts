import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { notifiedKey, productKey } from '../../../core/keys.ts';
import { readItems } from '../../../core/platform/dynamodb/read-items.ts';
import { WRITES_AT_ONCE } from '../../../core/platform/dynamodb/table.ts';
import type { NotifiedState, RouteSubject } from '../../../core/targets/notified-state.ts';
import { findNotifiedIn, notifiedKeys, recordNotified } from '../../../core/targets/store/notified.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { at, iso } from './some-target.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const GATE: RouteSubject = { productId: 'P1', deliveryId: 'slack', subject: 'gate P1' };
const OTHERS: readonly RouteSubject[] = [
  { ...GATE, deliveryId: 'ms_teams' },
  { ...GATE, productId: 'P2' },
  { ...GATE, productId: null },
  { ...GATE, subject: 'alarm a' },
];

const notified = (notification_id: string): NotifiedState => ({
  notification_id,
  state: 'failed',
  at: iso(0),
  message_id: 'm1',
  unsent_id: null,
});

it('is kept for each route and subject by itself', async () => {
  await recordNotified(test.table, [{ of: GATE, notified: notified('n1') }]);
  const find = findNotifiedIn(await readItems(test.table, notifiedKeys([GATE, ...OTHERS])));
  expect(find(GATE)).toEqual(notified('n1'));
  expect(OTHERS.map(find)).toEqual(OTHERS.map(() => null));
});

it('is replaced by the next, and expires after 400 days', async () => {
  await recordNotified(test.table, [{ of: GATE, notified: notified('n1') }]);
  await recordNotified(test.table, [{ of: GATE, notified: notified('n2') }]);
  const { Item } = await test.table.client.send(new GetCommand({ TableName: test.table.name, Key: notifiedKey(GATE) }));
  expect(Item).toMatchObject({
    notification_id: 'n2',
    subject: 'gate P1',
    expires_at: at(400 * 86_400).getTime() / 1_000,
  });
});

it("of a product's routes goes with the product", () => {
  expect(notifiedKey(GATE).pk).toBe(productKey('P1').pk);
});

it('of a message about many is written few at a time, so that none waits too long for a connection', async () => {
  const { table } = test;
  let [open, most] = [0, 0];
  table.client.middlewareStack.add(
    (next) => async (args) => {
      open += 1;
      most = Math.max(most, open);
      return await next(args).finally(() => {
        open -= 1;
      });
    },
    { step: 'initialize', name: 'count' },
  );
  const many = Array.from({ length: 120 }, (_, n) => ({ ...GATE, productId: `many-${n}` }));
  const changes = many.map((of) => ({ of, notified: notified('n1') }));
  await recordNotified(table, changes);
  table.client.middlewareStack.remove('count');
  expect(most).toBe(WRITES_AT_ONCE);
  const find = findNotifiedIn(await readItems(table, notifiedKeys(many)));
  expect(many.map(find)).toEqual(changes.map((change) => change.notified));
});
