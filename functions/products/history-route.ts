import * as z from 'zod/mini';
import { etagOf, replyUnlessUnchanged } from '../../core/http/conditional.ts';
import { type Cursors, openCursor, paging } from '../../core/http/cursor.ts';
import { invalidField } from '../../core/http/problem.ts';
import { pathIdSchema, readRoute } from '../../core/http/route.ts';
import { markUnreadable, pageOf } from '../../core/http/route-doc.ts';
import { historyEntrySchema, intervalSchema } from '../../core/products/history.ts';
import { openProduct, type ReadProduct } from './access.ts';
import { type ListHistoryDeps, listHistory } from './list-history.ts';
import { EXAMPLE_PRODUCT } from './shown-product.ts';

export type HistoryDeps = ListHistoryDeps & {
  readonly readProduct: ReadProduct;
  readonly cursors: Cursors;
  readonly now: () => Date;
};

const NO_TIME = 'Must be a time in UTC, such as 2026-11-24T10:00:00Z';

const timeSchema = z.pipe(
  z.string().check(
    z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/, { error: NO_TIME, abort: true }),
    z.refine((text) => !Number.isNaN(Date.parse(text)), NO_TIME),
  ),
  // The form in which times are stored and compared.
  z.transform((text) => new Date(text).toISOString()),
);

const querySchema = z.strictObject({
  ...paging,
  from: z.optional(timeSchema).register(z.globalRegistry, { description: 'Default: 400 days ago' }),
  to: z.optional(timeSchema).register(z.globalRegistry, { description: 'Excluded; default: now' }),
  interval: z.optional(intervalSchema).register(z.globalRegistry, {
    description:
      'Omits all reports but the last of each hour or day, in UTC, and some before changes. Changes are never omitted.',
  }),
});

/** An entry of the history, as the API shows it. */
export const shownEntrySchema = historyEntrySchema.register(z.globalRegistry, { id: 'HistoryEntry' });

const EXAMPLE: z.infer<typeof shownEntrySchema> = {
  version: 17,
  created: '2026-11-24T10:00:00.000Z',
  type: 'report',
  changes: [],
  observation_counts: EXAMPLE_PRODUCT.observation_counts,
  security_gate_passed: false,
  notification_id: '01KAT2Z7YB3SV4RRFFQ69G5FAX',
  user: 'client:pipeline',
  commit: EXAMPLE_PRODUCT.observation_counts_commit,
  run_url: EXAMPLE_PRODUCT.observation_counts_run_url,
};

/** The route that lists the history of a product. */
export const historyRoute = (deps: HistoryDeps) =>
  readRoute({
    doc: {
      id: 'listProductHistory',
      summary:
        "Lists a product's reports of finding counts and changes of its gate, thresholds, and mutes, newest first",
      description:
        'Requires the reader role. Changes of the default gate are listed while the product has it. Entries are stored for 400 days and appear within seconds of the report. With `interval`, a page can be short or empty and still have a `next`.',
      answers: {
        200: {
          description: 'A page',
          schema: pageOf(shownEntrySchema),
          example: { results: [EXAMPLE], next: null },
          headers: ['etag'],
        },
        304: { description: "The page hasn't changed", headers: ['etag'] },
      },
      problems: ['not-found'],
      requestHeaders: ['if-none-match'],
    },
    path: z.object({ product_id: pathIdSchema }),
    query: querySchema,
    handle: async ({ caller, path: { product_id }, query, ifNoneMatch }) => {
      const access = await openProduct(deps.readProduct, { productId: product_id, caller, needed: 'reader' });
      if (access.kind === 'refused') return access.reply;
      const { cursor, limit, from = null, to = null, interval = null } = query;
      if (from !== null && to !== null && from >= to) return invalidField('to', 'Must be later than `from`');
      const scope = { user: caller.user, list: 'history', query: { product_id, from, to, interval } };
      const opened = await openCursor(deps.cursors, cursor, scope);
      if (opened.kind === 'refused') return opened.reply;
      const { after } = opened;
      const range = { productId: product_id, from, to, interval, limit, after };
      const page = await listHistory(deps, range, deps.now());
      const next = page.next === null ? null : await deps.cursors.seal(page.next, scope);
      const body = { results: page.entries, next, ...markUnreadable(page.unreadable, caller) };
      return replyUnlessUnchanged({ status: 200, body }, etagOf(page), ifNoneMatch);
    },
  });
