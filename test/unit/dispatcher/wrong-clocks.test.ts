import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChannelHealth, healthAfter } from '../../../core/targets/health.ts';
import { targetsOf } from '../../../core/targets/model.ts';
import { pauseSending, reserveSlots } from '../../../core/targets/store/send-slots.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { crowdBefore, oneMessage } from './crowd.ts';
import { deliveryOf, dispatcherOn, productOf, retry, START, sent, settings } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const START_MS = Date.parse(START);
const AHEAD = [
  { name: 'five minutes', seconds: 300 },
  { name: 'a year', seconds: 365 * 86_400 },
] as const;

describe.each(AHEAD)('an instance whose clock is $name ahead', ({ seconds }) => {
  const wrong = new Date(START_MS + seconds * 1_000);

  it('delays no other delivery with the slots that it reserves', async () => {
    const { message } = await oneMessage(test.table);
    const rateLimit = await crowdBefore(test.table, message, 0);
    await reserveSlots(test.table, { rateLimit, count: 2, now: wrong });
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toHaveLength(1);
    expect(await reserveSlots(test.table, { rateLimit, count: 1, now: new Date(START_MS) })).toBe(START_MS + 2_000);
  });

  it('pauses no target for longer than it may ask for', async () => {
    const { message } = await oneMessage(test.table);
    const rateLimit = await crowdBefore(test.table, message, 0);
    await pauseSending(test.table, { rateLimit, until: new Date(wrong.getTime() + 60_000), now: wrong });
    const dispatcher = dispatcherOn(test.table);
    dispatcher.moveSeconds(365);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toHaveLength(1);
  });

  it('keeps a delivery for no longer than a lease when it dies', async () => {
    const { message } = await oneMessage(test.table);
    const dying = dispatcherOn(test.table, { changeDeliveries: () => Promise.reject(new Error('died')) });
    dying.moveSeconds(seconds);
    await dying.run(message);
    const next = dispatcherOn(test.table);
    expect(await next.run(message)).toEqual(['m0']);
    expect(next.parcels).toEqual([]);
    expect(next.postponed.get('m0')).toBeLessThanOrEqual(95);
    next.moveSeconds(95);
    expect(await next.run(message)).toEqual([]);
    expect(next.parcels).toHaveLength(1);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent' });
  });

  it('delays no retry beyond the longest wait', async () => {
    const { message } = await oneMessage(test.table);
    const failing = dispatcherOn(test.table);
    failing.moveSeconds(seconds);
    failing.sendBy(retry());
    await failing.run(message);
    const next = dispatcherOn(test.table);
    next.moveSeconds(310);
    next.sendBy(sent);
    expect(await next.run(message)).toEqual([]);
    expect(next.parcels).toHaveLength(1);
  });
});

it('a channel whose failures begin in the future is broken a day after it failed again', () => {
  const product = productOf('Health');
  const [target] = targetsOf({ type: 'security_gate' }, { product, settings });
  if (target === undefined) throw new Error('no target');
  const outcome = { kind: 'refused', reason: 'no' } as const;
  const failsAt = (before: ChannelHealth | null, hours: number) =>
    healthAfter(before, {
      target,
      outcome,
      productName: null,
      revision: `r${hours}`,
      now: new Date(START_MS + hours * 3_600_000),
    });
  const ahead = failsAt(null, 365 * 24);
  expect(failsAt(failsAt(ahead, 0), 25)).toMatchObject({ broken_at: expect.any(String) });
});
