import type * as z from 'zod/mini';
import type { listedNotificationSchema, shownDeliverySchema, shownNotificationSchema } from './shown-notification.ts';

/** Examples in the API description. */
export const EXAMPLE_NOTIFICATION: z.infer<typeof listedNotificationSchema> = {
  id: '01KAT3NDEKTSV4RRFFQ69G5FAV',
  type: 'security_gate',
  name: 'Security gate of Payment service changed from passed to failed',
  message: '3 critical, 0 allowed; 12 high, 5 allowed.',
  created: '2026-11-24T10:00:00.000Z',
  product_id: '01KAT2Z7YB3SV4RRFFQ69G5FAW',
  product_name: 'Payment service',
  function: null,
  arguments: null,
  user: 'ci-pipeline',
  from: 'passed',
  to: 'failed',
  exception_class: null,
  exception_origin: null,
  exception_grouping: null,
  trace: null,
  suppressed: null,
  suppressed_since: null,
  suppressed_last: null,
  request_id: 'JKJaXmPLvHcESHA=',
  resolved: false,
  alarm: null,
  report_overdue_since: null,
  viewed: false,
};

export const EXAMPLE_DELIVERY: z.infer<typeof shownDeliverySchema> = {
  delivery_id: 'slack',
  channel: 'slack',
  target: 'hooks.slack.com #3fa91c',
  status: 'failed',
  attempts: 1,
  last_error: 'HTTP 404 no_service',
  reason_code: null,
  due_at: null,
  due_reason: null,
  message_id: '01KAT2Z7YB3SV4RRFFQ69G5FAW.slack',
  confirmation: null,
  retryable: true,
  updated: '2026-11-24T10:00:02.000Z',
};

export const EXAMPLE_WITH_DELIVERIES: z.infer<typeof shownNotificationSchema> = {
  ...EXAMPLE_NOTIFICATION,
  deliveries: [EXAMPLE_DELIVERY],
  fanned_out_at: '2026-11-24T10:00:00.500Z',
};
