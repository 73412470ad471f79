import type * as z from 'zod/mini';

type Issue = Parameters<z.core.$ZodErrorMap>[0];

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'Must be a date and time, such as 2026-01-31T12:00:00Z',
  url: 'Must be a URL',
  email: 'Must be an email address',
};

/** One and many of what a size counts; other sizes are numbers. */
const UNITS: Readonly<Record<string, readonly [string, string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

const bound = (word: 'at least' | 'at most', origin: string, limit: number | bigint): string => {
  const unit = UNITS[origin];
  const number = limit.toLocaleString('en');
  if (unit === undefined) return `Must be ${word} ${number}`;
  return `Must have ${word} ${number} ${Number(limit) === 1 ? unit[0] : unit[1]}`;
};

/** What is wrong with a value, in words for the person that entered it: zod's own name its types. */
export const validationMessage = (issue: Issue): string => {
  if (issue.input === undefined) return 'Required';
  switch (issue.code) {
    case 'invalid_type':
      return `Must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `Must be ${String(issue.values[0])}`
        : `Must be one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return "Can't be empty";
      return bound('at least', issue.origin, issue.minimum);
    case 'too_big':
      return bound('at most', issue.origin, issue.maximum);
    case 'invalid_format':
      return FORMATS[issue.format] ?? "Doesn't have the expected format";
    default:
      return 'Is invalid';
  }
};
