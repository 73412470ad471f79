import { describe, expect, test } from 'vitest';
import { asProblem, describeProblem, Problem, problemOf } from '../../../web/src/api/problem.ts';

describe('what a failure shows', () => {
  test.each([new TypeError('Failed to fetch'), new SyntaxError('Unexpected token <'), 'nothing'])(
    'hides the words of a browser or a parser: %s',
    (thrown) => {
      expect(describeProblem(asProblem(thrown))).toBe('The page or the server failed unexpectedly. Try again.');
      expect(asProblem(thrown).cause).toBe(thrown);
    },
  );

  test('is the sentence of the API, with its fields', async () => {
    const errors = [{ path: 'name', message: "Can't be empty" }];
    const response = Response.json({ title: 'The request is invalid', errors }, { status: 400 });
    expect(describeProblem(await problemOf(response))).toBe("The request is invalid. name: Can't be empty");
  });

  test('names the status where the answer is no JSON', async () => {
    const problem = await problemOf(new Response('<html>', { status: 502 }));
    expect(problem).toBeInstanceOf(Problem);
    expect(problem.message).toBe('The server failed (HTTP status 502)');
  });
});
