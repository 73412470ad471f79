import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eventually } from '../eventually.ts';
import { startTestStack, type TestStack } from '../stack.ts';

let stack: TestStack;
let admin: string;

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.token('alice', { admin: true });
});
afterAll(() => stack.stop());

const created = z.object({ id: z.string() });
const COUNTS = { critical: 3, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };

/** A product whose gate has just failed, and which tells the receiver under a path of its own. */
const failGate = async (name: string) => {
  const body = { name, notification_slack_webhook: `${stack.handles.receiver}/${name}` };
  const { id } = created.parse((await stack.api('POST', '/api/products', { token: admin, body })).json);
  const failing = { token: admin, body: COUNTS };
  expect(await stack.api('PUT', `/api/products/${id}/observation_counts`, failing)).toMatchObject({ status: 200 });
  return id;
};

const deliveryOf = async (productId: string) =>
  (await stack.items()).find((item) => item['sk']?.startsWith('DELIVERY#') && item['product_id'] === productId);

const untilStatus = (productId: string, status: string, deadlineMs = 30_000) =>
  eventually(
    async () => {
      const found = await deliveryOf(productId);
      return found?.['status'] === status ? found : undefined;
    },
    status,
    deadlineMs,
  );

/** The message to the dispatcher follows the status. */
const untilQueued = () =>
  eventually(
    async () => (await stack.remainingWork()).why.some((work) => /deliver\S* holds 1\b/i.test(work)),
    'the message is in the queue',
    30_000,
  );

const MINUTE = 60_000;

describe('a delivery whose message is lost', () => {
  it.each([
    ['pending', 30, []],
    // Beyond the sweeper's next run, which the clock of the test before has moved; so in the next test, too.
    ['retrying', 50, [{ status: 429, headers: { 'retry-after': '600' }, times: 1 }]],
  ])('while it is %s makes the sweeper wake its target, once', async (status, minutes, answers) => {
    const name = `lost-${status}`;
    await stack.behaviour(answers.map((answer) => ({ path: `/${name}`, ...answer })));
    // Disabled rather than paused: what a paused function has received isn't in the queue, and isn't lost.
    if (status === 'pending') await stack.disable('dispatcher');
    const id = await failGate(name);
    await untilStatus(id, status);
    if (status === 'pending') await untilQueued();
    // The message for the next attempt follows the status.
    else await stack.atRest(20_000, { ignoreWaiting: true });
    await stack.purgeDeliveries();
    await stack.resume('dispatcher');
    await stack.clock(minutes * MINUTE);
    await untilStatus(id, 'sent', 120_000);
    await stack.clock((minutes + 2) * MINUTE);
    await stack.atRest(200_000);
    expect(await stack.messages(`/${name}`)).toHaveLength(answers.length + 1);
    await stack.clock(0);
  });
});

describe('a notification whose fan-out is lost', () => {
  it('is fanned out by the sweeper, and reaches its target once', async () => {
    await stack.pause('fan-out');
    const id = await failGate('not-fanned-out');
    await eventually(
      async () => (await stack.items()).some((item) => item['sk'] === 'NOTIFICATION' && item['product_id'] === id),
      'the notification is there',
      30_000,
    );
    await stack.clock(70 * MINUTE);
    await untilStatus(id, 'sent', 120_000);
    await stack.resume('fan-out');
    await stack.atRest(200_000);
    expect(await stack.messages('/not-fanned-out')).toHaveLength(1);
    await stack.clock(0);
  });
});

describe('a report that is expected', () => {
  it('is notified once when it is overdue, in the channels of its product', async () => {
    const body = {
      name: 'Silent',
      notification_slack_webhook: `${stack.handles.receiver}/silent`,
      report_expected_hours: 1,
    };
    created.parse((await stack.api('POST', '/api/products', { token: admin, body })).json);
    await stack.atRest(20_000);
    await stack.clock(75 * MINUTE);
    await eventually(async () => (await stack.messages('/silent'))[0], 'the message', 120_000);
    await stack.clock(90 * MINUTE);
    await stack.atRest(200_000);
    const [message, ...more] = await stack.messages('/silent');
    expect(JSON.stringify(message)).toContain('Silent: no report for 1 hour');
    expect(more).toEqual([]);
    await stack.clock(0);
  });
});

describe('a stream record that Lambda gave up', () => {
  it('is read again from the stream, and its notification is sent', async () => {
    // One try and five more, and then the first at the place that the failures queue names.
    await stack.faults([{ function: 'fan-out', action: 'BatchGetItem', nth: 1, do: 'kill', times: 6 }]);
    const id = await failGate('given-up');
    await untilStatus(id, 'sent', 120_000);
    await stack.atRest(120_000);
    expect(await stack.messages('/given-up')).toHaveLength(1);
    expect(stack.log('fan-out')).toContain('Discarded records were replayed');
  });
});
