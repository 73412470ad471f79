import * as z from 'zod/mini';
import { allows } from '../../core/access/role.ts';
import type { RetryMessage } from '../../core/deliveries/delivery-message.ts';
import type { Delivery, DeliveryRef } from '../../core/deliveries/model.ts';
import type { FailedPage, FailedRequest } from '../../core/deliveries/store/failed.ts';
import type { Routes } from '../../core/http/api.ts';
import type { Caller } from '../../core/http/caller.ts';
import { type Cursors, openCursor, paging } from '../../core/http/cursor.ts';
import { invalidField, problem } from '../../core/http/problem.ts';
import type { Reply } from '../../core/http/reply.ts';
import { NONE, pathIdSchema, readRoute, writeRoute } from '../../core/http/route.ts';
import { pageOf } from '../../core/http/route-doc.ts';
import type { Log } from '../../core/log.ts';
import type { Notification } from '../../core/notifications/model.ts';
import type { AccessDeps } from './access.ts';
import { EXAMPLE_DELIVERY } from './examples.ts';
import { showDelivery, shownDeliverySchema } from './shown-notification.ts';

export type DeliveryDeps = Pick<AccessDeps, 'readRoles'> & {
  readonly listFailed: (request: FailedRequest) => Promise<FailedPage>;
  /** Null for those that don't exist any more. */
  readonly readDeliveries: (refs: readonly DeliveryRef[]) => Promise<readonly (Delivery | null)[]>;
  readonly readNotifications: (ids: readonly string[]) => Promise<(id: string) => Notification | null>;
  readonly sendRetries: (messages: readonly RetryMessage[]) => Promise<void>;
  readonly cursors: Cursors;
  readonly now: () => Date;
  readonly log: Log;
};

/** A failed delivery with its notification. */
export const listedDeliverySchema = z
  .extend(shownDeliverySchema, {
    notification_id: z.string(),
    notification_name: z.string(),
    product_id: z.nullable(z.string()),
    product_name: z.nullable(z.string()),
  })
  .register(z.globalRegistry, { id: 'ListedDelivery' });

const EXAMPLE: z.infer<typeof listedDeliverySchema> = {
  notification_id: '01KAT2Z7YB3SV4RRFFQ69G5FAW',
  notification_name: 'Security gate of Payment service changed from passed to failed',
  product_id: '01KAT2Z7YB3SV4RRFFQ69G5FAX',
  product_name: 'Payment service',
  ...EXAMPLE_DELIVERY,
};

const sinceSchema = z.iso.datetime('Must be a date and time in UTC, such as 2026-11-28T09:30:00Z');

const scopeFields = { product_id: z.optional(pathIdSchema), since: z.optional(sinceSchema) };

/** The refusal of a caller who isn't an administrator or an owner of the named product, or null. */
const refusalOf = async (deps: DeliveryDeps, caller: Caller, productId: string | null): Promise<Reply | null> => {
  if (caller.isAdministrator) return null;
  if (productId === null)
    return problem('forbidden', { detail: 'This action requires an administrator, or a product that you own' });
  const role = (await deps.readRoles(caller.user, [productId])).get(productId);
  if (role === undefined) return problem('not-found');
  return allows(role, 'owner') ? null : problem('forbidden', { detail: 'This action requires the owner role' });
};

const EVER = '0000';

/** Deliveries of a page with their notifications; those that were deleted meanwhile are left out. */
const show = async (deps: DeliveryDeps, caller: Caller, refs: readonly DeliveryRef[]) => {
  const deliveries = (await deps.readDeliveries(refs)).filter((delivery) => delivery !== null);
  const find = await deps.readNotifications(deliveries.map(({ notification_id }) => notification_id));
  return deliveries.flatMap((delivery) => {
    const notification = find(delivery.notification_id);
    if (notification === null) return [];
    const { id: notification_id, name: notification_name, product_id, product_name } = notification;
    const shown = showDelivery(delivery, caller, { due_at: null, due_reason: null });
    return [{ notification_id, notification_name, product_id, product_name, ...shown }];
  });
};

const list = (deps: DeliveryDeps) =>
  readRoute({
    doc: {
      id: 'listDeliveries',
      summary: 'Lists failed deliveries, newest first',
      description:
        'Requires an administrator, or an owner of the product that `product_id` names. With `product_id`, a page may have fewer results than `limit` before the last.',
      answers: {
        200: {
          description: 'A page',
          schema: pageOf(listedDeliverySchema),
          example: { results: [EXAMPLE], next: null },
        },
      },
      problems: ['not-found', 'forbidden'],
    },
    path: NONE,
    query: z.strictObject({ ...paging, ...scopeFields, status: z._default(z.enum(['failed']), 'failed') }),
    handle: async ({ caller, query: { cursor, limit, product_id: productId = null, since = EVER } }) => {
      const refusal = await refusalOf(deps, caller, productId);
      if (refusal !== null) return refusal;
      const scope = { user: caller.user, list: 'deliveries', query: { productId, since } };
      const opened = await openCursor(deps.cursors, cursor, scope);
      if (opened.kind === 'refused') return opened.reply;
      const { after } = opened;
      const page = await deps.listFailed({ since, productId, limit, after });
      const results = await show(deps, caller, page.entries);
      const next = page.next === null ? null : await deps.cursors.seal(page.next, scope);
      return { status: 200, body: { results, next } };
    },
  });

/** Deliveries that one call sends again, so that it stays within its time. */
const MOST_RETRIED = 1_000;
const PAGE = 100;

const retryAll = async (deps: DeliveryDeps, request: Omit<FailedRequest, 'limit'>) => {
  let queued = 0;
  let { after } = request;
  do {
    const page: FailedPage = await deps.listFailed({ ...request, limit: PAGE, after });
    await deps.sendRetries(
      page.entries.map(({ notification_id, delivery_id, settled_at }) => ({
        notification_id,
        delivery_id,
        retry_of: settled_at,
      })),
    );
    queued += page.entries.length;
    after = page.next;
  } while (after !== null && queued < MOST_RETRIED);
  return { queued, after };
};

/** How many deliveries are sent again. */
export const retriedSchema = z.strictObject({
  queued: z.int(),
  next: z.nullable(z.string()).register(z.globalRegistry, {
    description: 'The `cursor` of the next call, if more failed; null if all are queued',
  }),
});

const retry = (deps: DeliveryDeps) =>
  writeRoute({
    doc: {
      id: 'retryDeliveries',
      summary: 'Sends all deliveries again that failed since a time',
      description: `Requires an administrator, or an owner of the product that \`product_id\` names. Up to ${MOST_RETRIED} deliveries in one call. Each starts again with all its attempts; one that a newer change supersedes is skipped.`,
      answers: {
        202: { description: 'Queued', schema: retriedSchema, example: { queued: 12, next: null } },
      },
      problems: ['not-found', 'forbidden'],
      requestExample: { since: '2026-11-28T09:30:00Z' },
    },
    path: NONE,
    body: z.strictObject({
      since: sinceSchema,
      product_id: z.optional(pathIdSchema),
      cursor: paging.cursor,
    }),
    handle: async ({ caller, body: { since, cursor, product_id: productId = null } }) => {
      const refusal = await refusalOf(deps, caller, productId);
      if (refusal !== null) return refusal;
      const scope = { user: caller.user, list: 'retries', query: { productId, since } };
      const opened = cursor === undefined ? null : await deps.cursors.open(cursor, scope);
      if (cursor !== undefined && opened === null)
        return invalidField('cursor', "This cursor isn't valid for this request");
      const { queued, after } = await retryAll(deps, { since, productId, after: opened });
      deps.log.info('Failed deliveries are sent again', { user: caller.user, product_id: productId, queued });
      const next = after === null ? null : await deps.cursors.seal(after, scope);
      return { status: 202, body: { queued, next } };
    },
  });

/** The calls on deliveries of all notifications. */
export const deliveryRoutes = (deps: DeliveryDeps): Routes => ({
  'GET /api/deliveries': list(deps),
  'POST /api/deliveries/retry': retry(deps),
});
