import { expect, it } from 'vitest';
import { isFromDistribution } from '../../../core/http/origin.ts';

const SECRET = 'a-secret-of-48-letters';

it.each([
  ['the secret', { 'x-origin-secret': SECRET }, true],
  ['another text of its length', { 'x-origin-secret': 'b-secret-of-48-letters' }, false],
  ['a part of it', { 'x-origin-secret': 'a-secret' }, false],
  ['it twice, as API Gateway joins headers', { 'x-origin-secret': `${SECRET},${SECRET}` }, false],
  ['nothing', {}, false],
])('a request with %s comes from the distribution or not', (_, headers, expected) => {
  expect(isFromDistribution(headers, SECRET)).toBe(expected);
});
