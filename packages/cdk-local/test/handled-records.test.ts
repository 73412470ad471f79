import { expect, test } from 'vitest';
import { createHandledRecords } from '../src/sources/handled-records.ts';

test('the last handled record is the one before the first that waits', () => {
  const records = createHandledRecords();
  expect(records.last()).toBeUndefined();
  records.read('1', true);
  expect(records.last()).toBeUndefined();
  for (const number of ['2', '3', '4']) records.read(number, number !== '2');
  records.handled(['4']);
  expect(records.last()).toBeUndefined();
  records.handled(['1']);
  expect(records.last()).toBe('2');
  records.handled(['3']);
  expect(records.last()).toBe('4');
});

test('records that the function does not get are handled when those before them are', () => {
  const records = createHandledRecords();
  records.read('1', false);
  expect(records.last()).toBe('1');
  records.read('2', true);
  records.read('3', false);
  expect(records.last()).toBe('1');
  records.handled(['2']);
  expect(records.last()).toBe('3');
});
