import { describe, expect, test } from 'vitest';
import { compileFilter, passesFilters } from '../src/sources/filter-pattern.ts';

const lets = (pattern: unknown, record: unknown) => compileFilter(JSON.stringify(pattern))(record);

const record = {
  eventName: 'MODIFY',
  dynamodb: {
    Keys: { pk: { S: 'ORDER#1' }, sk: { S: 'ORDER' } },
    NewImage: { sk: { S: 'ORDER' }, version: { N: '7' }, gone: { NULL: true }, tags: { SS: ['red', 'blue'] } },
  },
};

describe('a filter pattern on a stream record', () => {
  test.each([
    ['an exact value', { eventName: ['INSERT', 'MODIFY'] }, true],
    ['another value', { eventName: ['INSERT'] }, false],
    ['nested keys, all of them', { eventName: ['MODIFY'], dynamodb: { Keys: { sk: { S: ['ORDER'] } } } }, true],
    ['nested keys, one wrong', { eventName: ['REMOVE'], dynamodb: { Keys: { sk: { S: ['ORDER'] } } } }, false],
    ['a boolean', { dynamodb: { NewImage: { gone: { NULL: [true] } } } }, true],
    ['a prefix', { dynamodb: { Keys: { pk: { S: [{ prefix: 'ORDER#' }] } } } }, true],
    ['another prefix', { dynamodb: { Keys: { pk: { S: [{ prefix: 'MEMBER#' }] } } } }, false],
    ['a suffix', { dynamodb: { Keys: { pk: { S: [{ suffix: '#1' }] } } } }, true],
    ['any letter case', { dynamodb: { Keys: { sk: { S: [{ 'equals-ignore-case': 'order' }] } } } }, true],
    ['anything but', { dynamodb: { Keys: { sk: { S: [{ 'anything-but': ['CUSTOMER'] }] } } } }, true],
    ['anything but this', { dynamodb: { Keys: { sk: { S: [{ 'anything-but': 'ORDER' }] } } } }, false],
    ['anything but, of an absent field', { dynamodb: { OldImage: { sk: { S: [{ 'anything-but': 'x' }] } } } }, false],
    ['a leaf that exists', { dynamodb: { NewImage: { version: { N: [{ exists: true }] } } } }, true],
    ['a leaf that does not', { dynamodb: { NewImage: { owner: { S: [{ exists: false }] } } } }, true],
    ['an object that exists, which is no leaf', { dynamodb: { NewImage: [{ exists: true }] } }, false],
    ['a member of a list', { dynamodb: { NewImage: { tags: { SS: ['blue'] } } } }, true],
    ['a number that DynamoDB keeps as text', { dynamodb: { NewImage: { version: { N: ['7'] } } } }, true],
    ['that text as a number', { dynamodb: { NewImage: { version: { N: [{ numeric: ['>', 1] }] } } } }, false],
    [
      'one of two objects',
      { $or: [{ eventName: ['INSERT'] }, { dynamodb: { Keys: { sk: { S: ['ORDER'] } } } }] },
      true,
    ],
    ['neither of two objects', { $or: [{ eventName: ['INSERT'] }, { eventName: ['REMOVE'] }] }, false],
    ['$or beside a key', { eventName: ['REMOVE'], $or: [{ eventName: ['MODIFY'] }, { eventName: ['REMOVE'] }] }, false],
  ])('matches %s: %j → %s', (_name, pattern, expected) => {
    expect(lets(pattern, record)).toBe(expected);
  });

  test.each([
    [[{ numeric: ['>', 0, '<=', 5] }], 5, true],
    [[{ numeric: ['>', 0, '<=', 5] }], 0, false],
    [[{ numeric: ['=', 5] }], '5', false],
    [[null], null, true],
    [[null], undefined, false],
    [[5], '5', false],
  ])('%j on %j → %s', (rules, value, expected) => {
    expect(lets({ body: { value: rules } }, { body: { value } })).toBe(expected);
  });
});

test.each([
  ['not JSON', '{'],
  ['no object', '[]'],
  ['an empty object', '{}'],
  ['a bare value', '{"eventName":"INSERT"}'],
  ['an empty list', '{"eventName":[]}'],
  ['an unknown operator', '{"eventName":[{"contains":"x"}]}'],
  ['two operators in one rule', '{"eventName":[{"prefix":"a","suffix":"b"}]}'],
  ['a prefix of a number', '{"eventName":[{"prefix":1}]}'],
  ['half a comparison', '{"n":[{"numeric":[">"]}]}'],
  ['no comparison', '{"n":[{"numeric":[]}]}'],
  ['an unknown comparison', '{"n":[{"numeric":["!=",1]}]}'],
  ['anything-but of an object', '{"n":[{"anything-but":{"prefix":"x"}}]}'],
  ['a wrong operator inside $or', '{"$or":[{"a":[{"contains":"x"}]},{"b":[1]}]}'],
])('a pattern with %s is refused at start', (_name, pattern) => {
  expect(() => compileFilter(pattern)).toThrow();
});

test('a record passes when any filter lets it, or when there are none', () => {
  const inserts = compileFilter('{"eventName":["INSERT"]}');
  const modifies = compileFilter('{"eventName":["MODIFY"]}');
  expect(passesFilters([inserts, modifies], record)).toBe(true);
  expect(passesFilters([inserts], record)).toBe(false);
  expect(passesFilters([], record)).toBe(true);
});
