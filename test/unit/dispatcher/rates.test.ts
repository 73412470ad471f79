import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../core/deliveries/delivery-message.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { deliveryOf, dispatcherOn, fannedOut, START, slackOf } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const START_MS = Date.parse(START);
let webhooks = 0;

/** Messages to one webhook of Slack that nobody else has, of a product each. */
const toOneWebhook = async (count: number) => {
  webhooks += 1;
  const fields = { notification_slack_webhook: slackOf(`crowd-${webhooks}`) };
  const made = await Promise.all(Array.from({ length: count }, () => fannedOut(test.table, fields)));
  return made.flatMap(({ messages }) => messages);
};

const standingOf = (messages: readonly DeliveryMessage[]) =>
  Promise.all(messages.map((message) => deliveryOf(test.table, message)));

type Queued = { readonly body: DeliveryMessage; visibleAt: number };

/**
 * Dispatchers beside each other on one clock, fed with what is visible in batches of up to ten, until nothing is left.
 * Tells in seconds when each target took its messages.
 */
const runToRest = async (messages: readonly DeliveryMessage[], overrides: Parameters<typeof dispatcherOn>[1] = {}) => {
  let nowMs = START_MS;
  const queue: Queued[] = messages.map((body) => ({ body, visibleAt: nowMs }));
  const arrivals = new Map<string, number[]>();
  const dispatchOne = async (batch: readonly Queued[]) => {
    const dispatcher = dispatcherOn(test.table, {
      now: () => new Date(nowMs),
      waitUntil: async (timeMs) => {
        nowMs = Math.max(nowMs, timeMs);
      },
      deliver: async ({ delivery }) => {
        const seconds = (nowMs - START_MS) / 1_000;
        arrivals.set(delivery.target, [...(arrivals.get(delivery.target) ?? []), seconds]);
        return { kind: 'sent' };
      },
      ...overrides,
    });
    const receivedAt = nowMs;
    const left = await dispatcher.run(...batch.map(({ body }) => body));
    for (const [position, entry] of batch.entries()) {
      const name = `m${position}`;
      if (!left.includes(name)) queue.splice(queue.indexOf(entry), 1);
      else entry.visibleAt = receivedAt + (dispatcher.postponed.get(name) ?? 360) * 1_000;
    }
  };
  while (queue.length > 0) {
    nowMs = Math.max(nowMs, Math.min(...queue.map(({ visibleAt }) => visibleAt)));
    const visible = queue.filter(({ visibleAt }) => visibleAt <= nowMs);
    const batches = Array.from({ length: Math.ceil(visible.length / 10) }, (_, n) =>
      visible.slice(n * 10, n * 10 + 10),
    );
    await Promise.all(batches.map(dispatchOne));
  }
  return arrivals;
};

describe('messages to one webhook of Slack', () => {
  it('all arrive, about one a second, from any number of dispatchers, and hold up no other target', async () => {
    const crowd = await toOneWebhook(60);
    const others = (await Promise.all(Array.from({ length: 6 }, () => fannedOut(test.table)))).flatMap(
      ({ messages }) => messages,
    );
    // Every batch has one of the others.
    const mixed = crowd.flatMap((message, position) =>
      position % 10 === 9
        ? [message, ...others.slice(Math.floor(position / 10), Math.floor(position / 10) + 1)]
        : [message],
    );
    const arrivals = await runToRest(mixed);
    const [crowded = []] = [...arrivals.values()].filter((times) => times.length > 1);
    expect(crowded).toHaveLength(60);
    for (const [position, seconds] of crowded.toSorted((one, other) => one - other).entries()) {
      expect(seconds).toBeGreaterThanOrEqual(position);
      expect(seconds).toBeLessThanOrEqual(position + 3);
    }
    const alone = [...arrivals.values()].filter((times) => times.length === 1).flat();
    expect(alone).toHaveLength(6);
    for (const seconds of alone) expect(seconds).toBeLessThanOrEqual(2);
    for (const { status, attempts } of await standingOf(crowd))
      expect({ status, attempts }).toEqual({ status: 'sent', attempts: 1 });
  });
});

describe('mail', () => {
  const mailsOf = async (count: number) => {
    const notification_email_to = Array.from({ length: count }, (_, n) => `m${n}@example.org`).join(', ');
    const { messages } = await fannedOut(test.table, { notification_slack_webhook: '', notification_email_to });
    return messages;
  };

  it("keeps SES's rate, whatever the addresses", async () => {
    // Not the rate limit of other tests: in the SES sandbox it is one email per second.
    const rateLimit = { name: 'ses of this test', spacingMs: 1_000 };
    const arrivals = await runToRest(await mailsOf(8), { rateLimitOf: () => rateLimit });
    const seconds = [...arrivals.values()].flat().toSorted((one, other) => one - other);
    expect(seconds).toHaveLength(8);
    for (const [position, time] of seconds.entries()) expect(Math.abs(time - position)).toBeLessThanOrEqual(2);
  });
});
