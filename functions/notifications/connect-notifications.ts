import { listMemberships } from '../../core/access/store.ts';
import { listFailed } from '../../core/deliveries/store/failed.ts';
import { readDeliveries, readNotifications } from '../../core/deliveries/store/read-deliveries.ts';
import { countWaiting } from '../../core/deliveries/store/waiting.ts';
import { readNewestGateChange } from '../../core/gates/store/newest-gate-change.ts';
import { deleteNotifications } from '../../core/notifications/store/delete.ts';
import { readNotification } from '../../core/notifications/store/notifications.ts';
import { readForUser, readOutlines, readReaderState, readRoles } from '../../core/notifications/store/read-for-user.ts';
import { listProductEntries, listTimeline, readCounterPages } from '../../core/notifications/store/timeline.ts';
import { listViewed, markViewed, readUnreadStates } from '../../core/notifications/store/viewed.ts';
import { markAllViewed, readViewedUpTo } from '../../core/notifications/store/viewed-up-to.ts';
import type { Table } from '../../core/platform/dynamodb/table.ts';
import { listAllTargets, pauseTarget, readTargets } from '../../core/targets/store/targets.ts';
import type { DeliveryDeps } from './delivery-routes.ts';
import { SIZES } from './find-candidates.ts';
import type { ListRoutesDeps } from './list-routes.ts';
import type { NotificationDeps } from './notification-routes.ts';
import type { TargetDeps } from './target-routes.ts';

/** Connects the notification routes to the table. */
export const connectNotifications = (
  table: Table,
  now: () => Date,
): Omit<
  ListRoutesDeps & NotificationDeps & TargetDeps & DeliveryDeps,
  'cursors' | 'sendRetries' | 'wakeTargets' | 'log'
> => ({
  now,
  sizes: SIZES,
  listMemberships: (user, request) => listMemberships(table, { user, ...request }),
  readMemberships: async (user, productIds) => new Set((await readRoles(table, { user, productIds })).keys()),
  listProductEntries: (stretch) => listProductEntries(table, stretch),
  readDigestPages: (request) => readCounterPages(table, request),
  listTimeline: (stretch) => listTimeline(table, stretch),
  readForUser: (request) => readForUser(table, request),
  readViewedUpTo: (user) => readViewedUpTo(table, user),
  readUnreadStates: (user, productIds) => readUnreadStates(table, { user, productIds }),
  listViewed: (stretch) => listViewed(table, stretch),
  readOutlines: (ids) => readOutlines(table, ids),
  readRoles: (user, productIds) => readRoles(table, { user, productIds }),
  readNotification: (notificationId) => readNotification(table, notificationId),
  readTargets: (targets) => readTargets(table, targets),
  listTargets: (request) => listAllTargets(table, request),
  pauseTarget: (target, paused) => pauseTarget(table, target, paused),
  countWaiting: (target, limit) => countWaiting(table, target, limit),
  listFailed: (request) => listFailed(table, request),
  readDeliveries: (refs) => readDeliveries(table, refs),
  readNotifications: (ids) => readNotifications(table, ids),
  readNewestGateChange: (productId) => readNewestGateChange(table, productId),
  readStanding: (user, notification) => readReaderState(table, { user, notification }),
  markViewed: (user, notifications) => markViewed(table, { user, notifications, now: now() }),
  markAllViewed: (user, mark) => markAllViewed(table, user, mark),
  deleteNotifications: (notifications) => deleteNotifications(table, { notifications, now: now() }),
});
