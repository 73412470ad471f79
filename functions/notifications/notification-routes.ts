import * as z from 'zod/mini';
import { type Delivery, isSettled } from '../../core/deliveries/model.ts';
import type { Routes } from '../../core/http/api.ts';
import { problem } from '../../core/http/problem.ts';
import { NONE, readRoute, writeRoute } from '../../core/http/route.ts';
import type { FindTarget } from '../../core/targets/store/targets.ts';
import { type TargetName, targetName } from '../../core/targets/target-record.ts';
import { type ActDeps, deleteMany, markMany } from './act-on-many.ts';
import { EXAMPLE_NOTIFICATION, EXAMPLE_WITH_DELIVERIES } from './examples.ts';
import { type MarkAllDeps, markAllRoute } from './mark-all-route.ts';
import { notificationIdSchema, type OpenDeps, openNotification } from './open-notification.ts';
import { type RetryDeps, retryRoute } from './retry-route.ts';
import { showNotification, shownNotificationSchema } from './shown-notification.ts';

export type NotificationDeps = ActDeps &
  MarkAllDeps &
  OpenDeps &
  RetryDeps & {
    /** Null for a target that was never sent to. */
    readonly readTargets: (targets: readonly TargetName[]) => Promise<FindTarget>;
    readonly now: () => Date;
  };

const notificationPathSchema = z.object({ notification_id: notificationIdSchema });

const targetOf = ({ channel, target_key }: Delivery): TargetName => targetName(channel, target_key);

const read = (deps: NotificationDeps) =>
  readRoute({
    doc: {
      id: 'readNotification',
      summary: 'Gets a notification with its deliveries',
      answers: {
        200: { description: 'The notification', schema: shownNotificationSchema, example: EXAMPLE_WITH_DELIVERIES },
      },
      problems: ['not-found'],
    },
    path: notificationPathSchema,
    query: NONE,
    handle: async ({ caller, path }) => {
      const opened = await openNotification(deps, caller, path.notification_id);
      if (opened === null) return problem('not-found');
      const waiting = opened.deliveries.filter((delivery) => !isSettled(delivery)).map(targetOf);
      const find = await deps.readTargets(waiting);
      const shown = { isViewed: opened.isViewed, caller, now: deps.now() };
      const body = showNotification(opened, { ...shown, targetOf: (delivery) => find(targetOf(delivery)) });
      return { status: 200, body };
    },
  });

const remove = (deps: NotificationDeps) =>
  readRoute({
    doc: {
      id: 'deleteNotification',
      summary: 'Deletes a notification for everyone',
      description:
        'Its deliveries and viewed marks are deleted with it. Requires an administrator or an owner of its product.',
      answers: { 204: { description: 'Deleted' } },
      problems: ['not-found', 'forbidden'],
    },
    path: notificationPathSchema,
    query: NONE,
    handle: async ({ caller, path }) => {
      const [done] = await deleteMany(deps, caller, [path.notification_id]);
      if (done?.result === 'deleted') return { status: 204 };
      return problem(done?.result === 'forbidden' ? 'forbidden' : 'not-found');
    },
  });

const mark = (deps: NotificationDeps) =>
  readRoute({
    doc: {
      id: 'markNotificationAsViewed',
      summary: 'Marks a notification as viewed by the caller',
      answers: { 204: { description: 'Marked, now or before' } },
      problems: ['not-found'],
    },
    path: notificationPathSchema,
    query: NONE,
    handle: async ({ caller, path }) => {
      const [done] = await markMany(deps, caller, [path.notification_id]);
      return done?.result === 'marked' ? { status: 204 } : problem('not-found');
    },
  });

/** The body of a bulk request. */
const bulkSchema = z.strictObject({
  notifications: z
    .array(notificationIdSchema)
    .check(
      z.minLength(1),
      z.maxLength(250),
      z.superRefine((ids, context) => {
        const seen = new Set<string>();
        for (const [position, id] of ids.entries()) {
          if (seen.has(id)) context.addIssue({ code: 'custom', message: 'This id is listed twice', path: [position] });
          seen.add(id);
        }
      }),
    )
    .register(z.globalRegistry, { uniqueItems: true }),
});

const BULK_EXAMPLE = { notifications: [EXAMPLE_NOTIFICATION.id] };

const resultsSchema = <const Results extends readonly [string, ...string[]]>(...results: Results) =>
  z.strictObject({ results: z.array(z.strictObject({ id: z.string(), result: z.enum(results) })) });

/** The result for each notification of a bulk request. */
export const bulkMarkedSchema = resultsSchema('marked', 'not_found');

const bulkMark = (deps: NotificationDeps) =>
  writeRoute({
    doc: {
      id: 'bulkMarkNotificationsAsViewed',
      summary: 'Marks up to 250 notifications as viewed by the caller',
      answers: {
        200: {
          description: 'The result for each id, in the order of the request',
          schema: bulkMarkedSchema,
          example: { results: [{ id: EXAMPLE_NOTIFICATION.id, result: 'marked' }] },
        },
      },
      problems: [],
      requestExample: BULK_EXAMPLE,
    },
    path: NONE,
    body: bulkSchema,
    handle: async ({ caller, body }) => ({
      status: 200,
      body: { results: await markMany(deps, caller, body.notifications) },
    }),
  });

/** The result for each notification of a bulk deletion. */
export const bulkDeletedSchema = resultsSchema('deleted', 'forbidden', 'not_found');

const bulkDelete = (deps: NotificationDeps) =>
  writeRoute({
    doc: {
      id: 'bulkDeleteNotifications',
      summary: 'Deletes up to 250 notifications for everyone',
      description: 'Notifications that the caller may not delete stay, and their result is `forbidden`.',
      answers: {
        200: {
          description: 'The result for each id, in the order of the request',
          schema: bulkDeletedSchema,
          example: { results: [{ id: EXAMPLE_NOTIFICATION.id, result: 'deleted' }] },
        },
      },
      problems: [],
      requestExample: BULK_EXAMPLE,
    },
    path: NONE,
    body: bulkSchema,
    handle: async ({ caller, body }) => ({
      status: 200,
      body: { results: await deleteMany(deps, caller, body.notifications) },
    }),
  });

/** The routes of single notifications and of bulk requests. */
export const notificationRoutes = (deps: NotificationDeps): Routes => ({
  'GET /api/notifications/{notification_id}': read(deps),
  'DELETE /api/notifications/{notification_id}': remove(deps),
  'POST /api/notifications/{notification_id}/mark_as_viewed': mark(deps),
  'POST /api/notifications/bulk_mark_as_viewed': bulkMark(deps),
  'POST /api/notifications/mark_all_as_viewed': markAllRoute(deps),
  'POST /api/notifications/bulk_delete': bulkDelete(deps),
  'POST /api/notifications/{notification_id}/deliveries/{delivery_id}/retry': retryRoute(deps),
});
