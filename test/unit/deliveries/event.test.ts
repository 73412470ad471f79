import { expect, it } from 'vitest';
import { deliveryEventSchema, eventOf } from '../../../core/deliveries/event.ts';
import type { Notification } from '../../../core/notifications/model.ts';
import { exception, gateFailed, reportOverdue } from '../channels/samples.ts';

const task: Notification = { ...exception, type: 'task', product_id: 'P1', suppressed: null };

type Row = readonly [what: string, notification: Notification, event: ReturnType<typeof eventOf>];

const TABLE: readonly Row[] = [
  [
    'a gate is the subject of its changes',
    { ...gateFailed, product_id: 'P1' },
    { kind: 'gate', subject: 'gate P1', from: 'passed', to: 'failed' },
  ],
  [
    'a gate that is switched off',
    { ...gateFailed, product_id: 'P1', from: 'failed', to: 'none' },
    { kind: 'gate', subject: 'gate P1', from: 'failed', to: 'none' },
  ],
  ['an overdue report', { ...reportOverdue, product_id: 'P1' }, { kind: 'report', subject: 'report P1' }],
  [
    'an exception counts those that were held back before it',
    exception,
    { kind: 'exception', subject: 'exception  ValueError', count: 413 },
  ],
  ['an exception of a product', task, { kind: 'exception', subject: 'exception P1 ValueError', count: 1 }],
  [
    'an exception without a class goes by its name',
    { ...task, exception_class: null, name: 'Slack is broken' },
    { kind: 'exception', subject: 'exception P1 Slack is broken', count: 1 },
  ],
];

it.each(TABLE)('%s', (_, notification, event) => {
  expect(eventOf(notification)).toEqual(event);
  expect(deliveryEventSchema.parse(eventOf(notification))).toEqual(event);
});
