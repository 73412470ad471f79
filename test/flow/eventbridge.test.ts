import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { channelEventSchema } from '../../core/channels/event.ts';
import { eventually } from '../eventually.ts';
import { startTestStack, type TestStack } from '../stack.ts';

const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const BUS = 'security-events';
const recordedSchema = z.array(
  z.object({
    EventBusName: z.string(),
    Source: z.string(),
    DetailType: z.string(),
    Detail: z.string(),
    Time: z.number(),
  }),
);

let stack: TestStack;
let token: string;
let url: string;

beforeAll(async () => {
  stack = await startTestStack();
  token = await stack.token('olivia');
  const body = { name: 'On a bus', notification_eventbridge: BUS };
  const made = await stack.api('POST', '/api/products', { token, body });
  expect(made).toMatchObject({ status: 201, json: body });
  url = `/api/products/${z.object({ id: z.string() }).parse(made.json).id}`;
});
afterAll(() => stack.stop());

const events = async () => recordedSchema.parse(await (await fetch(`${stack.handles.events}/events`)).json());

const report = async (critical: number) => {
  const counts = { token, body: { ...COUNTS, critical } };
  expect((await stack.api('PUT', `${url}/observation_counts`, counts)).status).toBe(200);
};

const statuses = async () =>
  (await stack.items()).filter(({ sk }) => sk === 'DELIVERY#eventbridge').map(({ status }) => status);

it('takes a bus of the stage only, and shows it to everybody who sees the product', async () => {
  const refused = await stack.api('PATCH', url, { token, body: { notification_eventbridge: 'another-bus' } });
  expect(refused).toMatchObject({ status: 400, json: { errors: [{ path: 'notification_eventbridge' }] } });
  const rita = await stack.token('rita');
  await stack.api('PUT', `${url}/members/rita`, { token, body: { role: 'reader' } });
  expect(await stack.api('GET', url, { token: rita })).toMatchObject({ json: { notification_eventbridge: BUS } });
});

it('puts the documented event of a gate change on the bus', async () => {
  await report(3);
  const [event] = await eventually(async () => {
    const found = await events();
    return found.length > 0 ? found : undefined;
  }, 'the event is on the bus');
  expect(event).toMatchObject({ EventBusName: BUS, Source: 'gatebell', DetailType: 'security_gate.changed' });
  expect(channelEventSchema.parse(JSON.parse(event?.Detail ?? ''))).toMatchObject({
    version: 1,
    data: { product: { name: 'On a bus' }, gate: { to: 'failed' } },
  });
});

it('puts a test event there', async () => {
  expect(await stack.api('POST', `${url}/test_notification?channel=eventbridge`, { token })).toMatchObject({
    status: 200,
    json: { results: [{ channel: 'eventbridge', target: BUS, outcome: 'sent', status: 200 }] },
  });
  expect((await events()).at(-1)).toMatchObject({ DetailType: 'test.sent' });
});

it('waits while the role lacks the permission', async () => {
  await stack.denials([{ function: 'dispatcher', action: 'events:PutEvents' }]);
  await report(0);
  await eventually(async () => (await statuses()).includes('retrying'), 'the delivery waits');
  await stack.denials([]);
});
