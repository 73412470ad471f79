import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readItems } from '../../../core/platform/dynamodb/read-items.ts';
import type { Operation, Table } from '../../../core/platform/dynamodb/table.ts';
import { type Operations, transact } from '../../../core/platform/dynamodb/transact.ts';
import { startTestTable, type TestTable } from '../../table.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const key = (name: string) => ({ pk: name, sk: 'TEST' });

/** Creates an item; its condition fails for one that exists. */
const create = (name: string): Operation => ({
  Put: { TableName: test.table.name, Item: key(name), ConditionExpression: 'attribute_not_exists(pk)' },
});

const exists = async (name: string): Promise<boolean> =>
  (await readItems(test.table, [key(name)]))(key(name)) !== undefined;

describe('a labelled transaction', () => {
  it('writes every operation', async () => {
    expect(await transact(test.table, { one: create('w1'), other: create('w2') })).toEqual({ kind: 'written' });
    expect([await exists('w1'), await exists('w2')]).toEqual([true, true]);
  });

  it('names the operations whose conditions failed, and writes none', async () => {
    await transact(test.table, { one: create('f1'), other: create('f3') });
    const outcome = await transact(test.table, { first: create('f1'), second: create('f2'), third: create('f3') });
    expect(outcome).toEqual({ kind: 'refused', failed: new Set(['first', 'third']) });
    expect(await exists('f2')).toBe(false);
  });

  it('leaves out an operation that is undefined, and still names the others', async () => {
    await transact(test.table, { one: create('u1') });
    const outcome = await transact(test.table, { left: undefined, right: create('u1') });
    expect(outcome).toEqual({ kind: 'refused', failed: new Set(['right']) });
  });

  it('names one of many equal operations by its id', async () => {
    await transact(test.table, { one: create('n2') });
    const items = ['n1', 'n2', 'n3'].map((name): Operations<`item ${string}`> => ({ [`item ${name}`]: create(name) }));
    const outcome = await transact<`item ${string}` | 'counter'>(test.table, [...items, { counter: create('n4') }]);
    expect(outcome).toEqual({ kind: 'refused', failed: new Set(['item n2']) });
  });
});

describe('a conflict with another transaction', () => {
  const conflicting = (codes: readonly string[]) => {
    let sent = 0;
    const send = async () => {
      sent += 1;
      throw new TransactionCanceledException({
        message: 'Transaction cancelled',
        $metadata: {},
        CancellationReasons: codes.map((Code) => ({ Code })),
      });
    };
    const table: Table = { ...test.table, client: Object.assign(Object.create(test.table.client), { send }) };
    return { table, sent: () => sent };
  };

  it('is tried again ten times', async () => {
    const { table, sent } = conflicting(['None', 'TransactionConflict']);
    await expect(transact(table, { one: create('c1'), other: create('c2') })).rejects.toThrow('cancelled');
    expect(sent()).toBe(10);
  });

  it('refuses at once an operation that yields', async () => {
    const { table, sent } = conflicting(['None', 'TransactionConflict']);
    const outcome = await transact(table, { one: create('c1'), other: create('c2') }, (label) => label === 'other');
    expect(outcome).toEqual({ kind: 'refused', failed: new Set(['other']) });
    expect(sent()).toBe(1);
  });
});
