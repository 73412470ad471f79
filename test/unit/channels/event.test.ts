import { expect, it } from 'vitest';
import { channelEventSchema, testEvent, toEvent } from '../../../core/channels/event.ts';
import { BASE_URL, exception, gateFailed, hostileException, reportOverdue } from './samples.ts';

it('tells a gate that failed', () => {
  expect(toEvent(gateFailed, BASE_URL)).toMatchSnapshot();
});

it('tells an exception, with its trace and how many were held back', () => {
  expect(toEvent(exception, BASE_URL)).toMatchSnapshot();
});

it('tells an overdue report, and since when it is', () => {
  expect(toEvent(reportOverdue, BASE_URL)).toMatchSnapshot();
});

it('tells a test as one', () => {
  const product = { id: 'p1', name: 'Shop' };
  const tested = { product, user: 'olivia', now: new Date('2026-12-02T14:05:10Z'), baseUrl: BASE_URL };
  expect(testEvent(tested)).toMatchObject({ type: 'test.sent', data: { product, url: `${BASE_URL}/products/p1` } });
});

it('is as documented, and far below 256 KB whatever a program reports', () => {
  const long = 'x'.repeat(400_000);
  const huge = { ...hostileException, message: long, trace: `${long}\n${long}`, arguments: long, name: long };
  for (const notification of [gateFailed, exception, reportOverdue, hostileException, huge]) {
    const event = toEvent(notification, BASE_URL);
    expect(channelEventSchema.parse(event)).toEqual(event);
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(128_000);
  }
});
