import type { Notification } from '../../../core/notifications/model.ts';

/** A gate change of a product. */
export const someNotification = (productId: string, id: string): Notification => ({
  id,
  type: 'security_gate',
  name: 'Security gate of Shop changed from passed to failed',
  message: '3 critical, 0 allowed.',
  created: '2026-11-24T10:00:00.000Z',
  product_id: productId,
  product_name: 'Shop',
  function: null,
  arguments: null,
  user: 'ci',
  from: 'passed',
  to: 'failed',
  exception_class: null,
  exception_origin: null,
  exception_grouping: null,
  trace: null,
  suppressed: null,
  suppressed_since: null,
  suppressed_last: null,
  request_id: 'r-1',
  resolved: false,
  alarm: null,
  report_overdue_since: null,
});
