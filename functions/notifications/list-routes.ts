import * as z from 'zod/mini';
import type { Routes } from '../../core/http/api.ts';
import { etagOf, replyUnlessUnchanged } from '../../core/http/conditional.ts';
import { type Cursors, openCursor, paging } from '../../core/http/cursor.ts';
import { invalidField } from '../../core/http/problem.ts';
import { NONE, readRoute } from '../../core/http/route.ts';
import { markUnreadable, pageOf } from '../../core/http/route-doc.ts';
import { notificationTypeSchema } from '../../core/notifications/model.ts';
import { timeOfId } from '../../core/platform/sortable-id.ts';
import { type CountDeps, countUnviewed } from './count-unviewed.ts';
import { EXAMPLE_NOTIFICATION } from './examples.ts';
import { type ListDeps, listNotifications } from './list-notifications.ts';
import { type Filter, lowestIdAt, wordsOf } from './notification-filter.ts';
import { listedNotificationSchema } from './shown-notification.ts';

export type ListRoutesDeps = ListDeps & CountDeps & { readonly cursors: Cursors; readonly now: () => Date };

const searchedTextSchema = z.string().check(z.maxLength(255));
const timeSchema = z.iso.datetime({ offset: true });

const listQuerySchema = z.strictObject({
  ...paging,
  type: z.optional(notificationTypeSchema),
  product_id: z.optional(z.string().check(z.minLength(1), z.maxLength(128))),
  name: z.optional(searchedTextSchema),
  message: z
    .optional(searchedTextSchema)
    .register(z.globalRegistry, { description: "Searches only what the caller can see; masked text doesn't match" }),
  function: z.optional(searchedTextSchema),
  product_name: z.optional(searchedTextSchema),
  user: z.optional(searchedTextSchema),
  search: z.optional(searchedTextSchema).register(z.globalRegistry, {
    description:
      'Words, each of which must be in the title, name, message, product name, function, user, or exception class',
  }),
  created_from: z.optional(timeSchema).register(z.globalRegistry, { description: 'The first time that is included' }),
  created_to: z
    .optional(timeSchema)
    .register(z.globalRegistry, { description: 'The first time that is no longer included' }),
  exclude_already_viewed: z._default(z.enum(['true', 'false']), 'false'),
});

/** The content of a cursor: the id before which the next page begins, and its creation time. */
const positionSchema = z.tuple([z.string(), z.number()]);

/** Cursors expire, so that a leaked key decrypts no old ones. */
const CURSOR_MS = 86_400_000;

const filterOf = (query: z.infer<typeof listQuerySchema>): Filter => ({
  type: query.type ?? null,
  product_id: query.product_id ?? null,
  // An empty text matches everything.
  name: query.name || null,
  message: query.message || null,
  function: query.function || null,
  product_name: query.product_name || null,
  user: query.user || null,
  words: wordsOf(query.search ?? ''),
  fromId: query.created_from === undefined ? null : lowestIdAt(query.created_from),
  beforeId: query.created_to === undefined ? null : lowestIdAt(query.created_to),
  exclude_already_viewed: query.exclude_already_viewed === 'true',
});

const pageSchema = z.extend(pageOf(listedNotificationSchema), {
  searched_to: z.nullable(z.string()).register(z.globalRegistry, {
    description: 'The time (ISO 8601) down to which this page searched; null if all was searched',
  }),
});

const list = (deps: ListRoutesDeps) =>
  readRoute({
    doc: {
      id: 'listNotifications',
      summary: 'Lists the notifications that the caller can see, newest first',
      description:
        'A page reads a limited number of notifications. If few match the filter, a page can be short or empty and still have a `next`.',
      answers: {
        200: {
          description: 'A page',
          schema: pageSchema,
          example: { results: [EXAMPLE_NOTIFICATION], next: null, searched_to: null },
          headers: ['etag'],
        },
        304: { description: "The page hasn't changed", headers: ['etag'] },
      },
      problems: [],
      requestHeaders: ['if-none-match'],
    },
    path: NONE,
    query: listQuerySchema,
    handle: async ({ caller, query, ifNoneMatch }) => {
      const { cursor, limit } = query;
      const filter = filterOf(query);
      const scope = { user: caller.user, list: 'notifications', query: { filter, all: caller.isAdministrator } };
      const opened = await openCursor(deps.cursors, cursor, scope);
      if (opened.kind === 'refused') return opened.reply;
      const position = opened.after;
      const now = deps.now().getTime();
      const [before, madeAt] = position === null ? [null, now] : positionSchema.parse(JSON.parse(position));
      if (now - madeAt > CURSOR_MS) return invalidField('cursor', 'This cursor has expired; start from the first page');
      const page = await listNotifications(deps, { caller, filter, limit, before });
      const next = page.next === null ? null : await deps.cursors.seal(JSON.stringify([page.next, now]), scope);
      const searched_to = page.next === null ? null : new Date(timeOfId(page.next)).toISOString();
      const body = { results: page.entries, next, searched_to, ...markUnreadable(page.unreadable, caller) };
      return replyUnlessUnchanged({ status: 200, body }, etagOf(page), ifNoneMatch);
    },
  });

/** For a badge. */
export const unviewedCountSchema = z.strictObject({
  count: z
    .int()
    .check(z.gte(0), z.lte(100))
    .register(z.globalRegistry, { description: 'The exact count, or the minimum if `more` is true' }),
  more: z.boolean(),
  text: z.string().register(z.globalRegistry, { description: 'For a badge: `37`, `100+`' }),
});

const count = (deps: ListRoutesDeps) =>
  readRoute({
    doc: {
      id: 'countUnviewedNotifications',
      summary: "Counts the notifications that the caller hasn't viewed, up to 100",
      description:
        'Exact up to 100; beyond that, `more` is true. For an administrator who has viewed about the newest 150,000 notifications, `more` means that there may be more.',
      answers: {
        200: {
          description: 'The count',
          schema: unviewedCountSchema,
          example: { count: 37, more: false, text: '37' },
          headers: ['etag'],
        },
        304: { description: "The count hasn't changed", headers: ['etag'] },
      },
      problems: [],
      requestHeaders: ['if-none-match'],
    },
    path: NONE,
    query: NONE,
    handle: async ({ caller, ifNoneMatch }) => {
      const body = await countUnviewed(deps, caller);
      return replyUnlessUnchanged({ status: 200, body }, etagOf(body), ifNoneMatch);
    },
  });

/** The routes that list and count notifications. */
export const listRoutes = (deps: ListRoutesDeps): Routes => ({
  'GET /api/notifications': list(deps),
  'GET /api/notifications/unviewed_count': count(deps),
});
