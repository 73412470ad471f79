import { expect, test } from 'vitest';
import { z } from 'zod';
import { ACCESS, CALLERS, objectsOf } from '../deep/access/access-table.ts';
import { document } from '../openapi-checker.ts';
import { SynthesizedStack } from './synthesized-stack.ts';

const routes = new SynthesizedStack()
  .all('AWS::ApiGatewayV2::Route')
  .map(({ properties }) => z.object({ RouteKey: z.string() }).parse(properties).RouteKey);

test('the access table has rows for every route of the template, and for no other', () => {
  expect([...new Set(ACCESS.map(({ route }) => route))].toSorted()).toEqual(routes.toSorted());
});

test('the access table has rows for every call of the OpenAPI document', () => {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(calls.filter((call) => !ACCESS.some(({ route }) => route === call))).toEqual([]);
});

test.each(routes)('%s is tried on every kind of object', (route) => {
  const tried = new Set(ACCESS.filter((row) => row.route === route).map(({ about }) => about));
  expect([...tried].toSorted()).toEqual(objectsOf(route).toSorted());
});

test.each(ACCESS.map((row) => [row.route, row.about, row] as const))(
  '%s, %s, has a status for every caller',
  (_1, _2, row) => {
    expect(row.statuses).toHaveLength(CALLERS.length);
  },
);
