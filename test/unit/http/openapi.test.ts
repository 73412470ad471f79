import { createConfig, lint } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ROUTES } from '../../../lib/api-routes.ts';
import { document, errorsAt, exchangeErrors } from '../../openapi-checker.ts';

const FILE = new URL('../../../docs/openapi.json', import.meta.url).pathname;

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** Where the document shows an example, and where the schema is that it must fit. */
const examples = operations.flatMap(({ path, method, operation }) => {
  const at = ['paths', path, method];
  const bodies = [
    ...Object.entries(operation.responses).map(
      ([status, { content }]) => [[...at, 'responses', status], content] as const,
    ),
    [[...at, 'requestBody'], operation.requestBody?.content] as const,
  ];
  return bodies.flatMap(([place, content]) =>
    Object.entries(content ?? {}).flatMap(([type, media]) => {
      const { example, examples: named } = z
        .looseObject({
          example: z.unknown().optional(),
          examples: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
        })
        .parse(media);
      const shown = [
        ...(example === undefined ? [] : [example]),
        ...Object.values(named ?? {}).map(({ value }) => value),
      ];
      return shown.map((value) => ({ place: [...place, 'content', type, 'schema'], value }));
    }),
  );
});

describe('the OpenAPI document', () => {
  it('has no fault by the recommended rules of Redocly', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lint({ ref: FILE, config });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });

  it('describes exactly the routes of the template', () => {
    const told = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    expect(told.toSorted()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted());
  });

  it('shows examples that fit their schemas, for every answer with a body', () => {
    expect(examples.length).toBeGreaterThan(operations.length);
    expect(
      examples.flatMap(({ place, value }) => errorsAt(place, value).map((error) => [place.join(' '), error])),
    ).toEqual([]);
  });
});

describe('an exchange', () => {
  const me = { method: 'GET', path: '/api/users/me', requestBody: undefined, contentType: 'application/json' };

  it('agrees with the document', () => {
    expect(exchangeErrors({ ...me, status: 200, body: { user: 'rita', is_administrator: false } })).toEqual([]);
  });

  it.each([
    [{ ...me, status: 200, body: { user: 'rita' } }, /is_administrator/],
    [{ ...me, status: 200, body: { user: 'rita', is_administrator: false, more: 1 } }, /additional/],
    [{ ...me, status: 418, body: {} }, /no answer 418/],
    [{ ...me, status: 404, body: {} }, /no answer 404/],
    [{ ...me, contentType: 'text/plain', status: 200, body: {} }, /no text\/plain answer/],
  ])('is found to differ: %j', (exchange, expected) => {
    expect(exchangeErrors(exchange).join()).toMatch(expected);
  });
});
