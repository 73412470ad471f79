import { deleteNotifications } from '../store/deleted-notifications.ts';
import { listMemberships } from '../store/members.ts';
import { readNewestGateChange } from '../store/newest-gate-change.ts';
import { readNotification } from '../store/notifications.ts';
import { readForUser, readOutlines, readRoles, readStanding } from '../store/reader.ts';
import type { Table } from '../store/table.ts';
import { listProductEntries, listTimeline, readDigestPages } from '../store/timeline.ts';
import { countUnviewedOf, listViewed, markViewed } from '../store/viewed.ts';
import { SIZES } from './gather.ts';
import type { ListRoutesDeps } from './list-routes.ts';
import type { NotificationDeps } from './notification-routes.ts';

/** All that the calls on notifications do with the table. */
export const connectNotifications = (
  table: Table,
  now: () => Date,
): Omit<ListRoutesDeps & NotificationDeps, 'cursors' | 'sendDelivery'> => ({
  now,
  sizes: SIZES,
  listMemberships: (user, request) => listMemberships(table, { user, ...request }),
  readMemberships: async (user, productIds) => new Set((await readRoles(table, { user, productIds })).keys()),
  listProductEntries: (stretch) => listProductEntries(table, stretch),
  readDigestPages: (request) => readDigestPages(table, request),
  listTimeline: (stretch) => listTimeline(table, stretch),
  readForUser: (request) => readForUser(table, request),
  countUnviewedOf: (user, productIds) => countUnviewedOf(table, { user, productIds }),
  listViewed: (stretch) => listViewed(table, stretch),
  readOutlines: (ids) => readOutlines(table, ids),
  readRoles: (user, productIds) => readRoles(table, { user, productIds }),
  readNotification: (notificationId) => readNotification(table, notificationId),
  readNewestGateChange: (productId) => readNewestGateChange(table, productId),
  readStanding: (user, of) => readStanding(table, { user, of }),
  markViewed: (user, notifications) => markViewed(table, { user, notifications, now: now() }),
  deleteNotifications: (notifications) => deleteNotifications(table, { notifications, now: now() }),
});
