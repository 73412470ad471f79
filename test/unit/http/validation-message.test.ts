import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { fieldErrors } from '../../../core/http/problem.ts';
import { wholeNumberSchema } from '../../../core/platform/whole-number.ts';

/** The messages for a value that a schema refuses. */
const messagesFor = (schema: z.ZodMiniType, value: unknown): string[] => {
  const { error } = schema.safeParse(value);
  return error === undefined ? [] : fieldErrors(error).map(({ message }) => message);
};

describe('a refused value is explained in plain words', () => {
  test.each<[string, z.ZodMiniType, unknown, string]>([
    ['a missing field', z.object({ a: z.string() }), {}, 'Required'],
    ['a missing value', z.nonoptional(z.optional(z.string())), undefined, 'Required'],
    ['a number as text', z.string(), 1, 'Must be text'],
    ['a fraction', z.int(), 1.5, 'Must be a whole number'],
    ['a wrong boolean', z.boolean(), 'yes', 'Must be true or false'],
    ['no list', z.array(z.string()), 'a', 'Must be a list'],
    ['no object', z.record(z.string(), z.int()), [], 'Must be an object'],
    ['an unknown option', z.enum(['all', 'none']), 'some', 'Must be one of: all, none'],
    ['another literal', z.literal('all'), 'some', 'Must be all'],
    ['an empty text', z.string().check(z.minLength(1)), '', "Can't be empty"],
    ['a long text', z.string().check(z.maxLength(2)), 'abc', 'Must have at most 2 characters'],
    ['a very long text', z.string().check(z.maxLength(4_096)), 'a'.repeat(4_097), 'Must have at most 4,096 characters'],
    ['an empty list', z.array(z.string()).check(z.minLength(1)), [], 'Must have at least 1 entry'],
    ['a small number', z.int().check(z.minimum(0)), -1, 'Must be at least 0'],
    ['a large number', z.int().check(z.maximum(9)), 10, 'Must be at most 9'],
    ['no URL', z.url(), 'x', 'Must be a URL'],
    ['another pattern', z.string().check(z.regex(/a/)), 'b', "Doesn't have the expected format"],
    ['neither of two', z.union([z.string(), z.number()]), true, 'Is invalid'],
  ])('%s', (_title, schema, value, message) => {
    expect(messagesFor(schema, value)).toEqual([message]);
  });

  test.each([-1, 1.5, 1e6, 1e300, null, '12'])('a whole number by its range: %s', (value) => {
    expect(messagesFor(wholeNumberSchema(999_999), value)).toEqual(['A whole number from 0 to 999,999']);
  });

  test('a missing whole number', () => {
    expect(messagesFor(wholeNumberSchema(999_999), undefined)).toEqual(['Required']);
  });

  test('a message of the schema stays', () => {
    expect(messagesFor(z.string().check(z.minLength(1, 'Enter a name')), '')).toEqual(['Enter a name']);
  });
});
