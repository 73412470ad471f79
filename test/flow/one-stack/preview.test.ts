import { beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { useStack } from '../../use-stack.ts';

const stack = useStack();
const counts = { critical: 0, high: 3, medium: 0, low: 0, none: 0, unknown: 0 };
let product: string;
let owner: string;

beforeAll(async () => {
  owner = await stack.token('olivia');
  const body = { name: 'Previewed', notification_eventbridge: 'security-events' };
  const made = await stack.api('POST', '/api/products', { token: owner, body });
  product = z.object({ id: z.string() }).parse(made.json).id;
  await stack.api('PUT', `/api/products/${product}/observation_counts`, { token: owner, body: counts });
});

const gate = async () =>
  z.object({ security_gate_passed: z.boolean() }).parse((await read()).json).security_gate_passed;
const read = () => stack.api('GET', `/api/products/${product}`, { token: owner });

it('a change of the settings is previewed with the products that it would change, and nothing changes', async () => {
  const token = await stack.token('alice', { admin: true });
  const body = { security_gate_threshold_high: 5 };
  const { status, json } = await stack.api('POST', '/api/settings/preview', { token, body });
  expect(status).toBe(200);
  const preview = z.object({ count: z.int(), products: z.array(z.unknown()), sample: z.null() }).parse(json);
  expect(preview.products).toContainEqual({ id: product, name: 'Previewed', from: 'failed', to: 'passed' });
  expect(await gate()).toBe(false);
});

it('a change of a product is previewed with its recipients, and nothing changes', async () => {
  const body = { security_gate_active: true, security_gate_threshold_high: 5 };
  expect(await stack.api('POST', `/api/products/${product}/preview`, { token: owner, body })).toMatchObject({
    status: 200,
    json: {
      count: 1,
      products: [{ id: product, from: 'failed', to: 'passed' }],
      recipients: [{ channel: 'eventbridge', count: 1 }],
    },
  });
  expect(await gate()).toBe(false);
});
