import { expect, it } from 'vitest';
import { storedSize } from '../../../bench/cost/item-size.ts';

const KEY = { pk: { S: 'ab' }, sk: { S: 'cd' } };
/** With the hundred bytes of each item. */
const KEY_SIZE = 100 + 2 * (2 + 2);

it.each([
  ['a text by its bytes', { S: 'ä' }, 2],
  ['a number by its digits', { N: '-12345.6' }, 5],
  ['what is true', { BOOL: true }, 1],
  ['a list', { L: [{ S: 'a' }, { S: 'b' }] }, 7],
  ['a map', { M: { k: { S: 'v' } } }, 6],
])('counts %s', (_, value, size) => {
  expect(storedSize([{ ...KEY, x: value }])).toEqual({ table: KEY_SIZE + 1 + size, indexes: 0 });
});

it('counts what an index projects of the items that are in it', () => {
  const waits = { ...KEY, waiting_for: { S: 'slack-1' }, due_at: { S: '2026' }, message: { S: 'not projected' } };
  const { indexes } = storedSize([KEY, waits]);
  expect(indexes).toBe(KEY_SIZE + 'waiting_for'.length + 7 + 'due_at'.length + 4);
});
