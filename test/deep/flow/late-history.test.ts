import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { eventually } from '../../eventually.ts';
import { startTestStack, type TestStack } from '../../stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const created = z.object({ id: z.string() });
const COUNTS = { critical: 0, high: 0, medium: 0, low: 1, none: 0, unknown: 0 };

it('a report that is handled after the deletion of its product leaves no history behind', async () => {
  const token = await stack.token('olivia');
  const { id } = created.parse((await stack.api('POST', '/api/products', { token, body: { name: 'Late' } })).json);
  await stack.atRest(30_000);
  // One try, five more, and the first at the place that the failures queue names: then the message is hidden for minutes.
  await stack.faults([{ function: 'gate-trigger', action: 'GetItem', nth: 1, do: 'kill', times: 7 }]);
  await stack.api('PUT', `/api/products/${id}/observation_counts`, { token, body: COUNTS });
  const kills = async () =>
    (await stack.calls({ function: 'gate-trigger' })).calls.filter(({ outcome }) => /kill/i.test(outcome)).length;
  await eventually(async () => (await kills()) === 7, 'the record was given up, and once more', 60_000);
  await stack.faults([]);
  await stack.api('DELETE', `/api/products/${id}`, { token });
  const left = async () => (await stack.items()).filter(({ pk }) => pk === `PRODUCT#${id}`);
  await eventually(async () => (await left()).length === 0, 'the product is cleaned up', 30_000);
  await stack.clock(10 * 60_000);
  await eventually(
    () => stack.log('gate-trigger').includes('Discarded records were replayed'),
    'it is replayed',
    60_000,
  );
  expect(await left()).toEqual([]);
});
