import * as z from 'zod/mini';
import { gateStateSchema } from '../../core/gates/model.ts';
import { type Cursors, openCursor, paging } from '../../core/http/cursor.ts';
import { NONE, readRoute } from '../../core/http/route.ts';
import { markUnreadable, pageOf } from '../../core/http/route-doc.ts';
import { orderSchema } from '../../core/products/list.ts';
import { type ListDeps, listProducts } from './list-products.ts';
import { EXAMPLE_PRODUCT, showMasked, shownProductSchema } from './shown-product.ts';

export type ListRouteDeps = ListDeps & { readonly cursors: Cursors; readonly now: () => Date };

const querySchema = z.strictObject({
  ...paging,
  name: z._default(z.string().check(z.maxLength(255)), '').register(z.globalRegistry, {
    description: 'A text that the name contains, ignoring case and accents',
  }),
  gate: z.optional(gateStateSchema),
  order: z._default(orderSchema, '-created').register(z.globalRegistry, {
    description: 'By name, last change, or creation; descending with `-`. Case and accents of names are ignored.',
  }),
});

const LIST = 'products';

/** The route that lists products. */
export const listRoute = (deps: ListRouteDeps) =>
  readRoute({
    doc: {
      id: 'listProducts',
      summary: 'Lists the products that the caller can see, newest first',
      description:
        'Webhooks are masked. If few products match, a page can be shorter than `limit` and still have a `next`. By last change, a product that changes while pages are read can be missing or come twice.',
      answers: {
        200: {
          description: 'A page',
          schema: pageOf(shownProductSchema),
          example: { results: [EXAMPLE_PRODUCT], next: null },
        },
      },
      problems: [],
    },
    path: NONE,
    query: querySchema,
    handle: async ({ caller, query: { cursor, limit, name, gate = null, order } }) => {
      const scope = { user: caller.user, list: LIST, query: { name, gate, order, all: caller.isAdministrator } };
      const opened = await openCursor(deps.cursors, cursor, scope);
      if (opened.kind === 'refused') return opened.reply;
      const page = await listProducts(deps, { caller, limit, order, filter: { name, gate }, after: opened.after });
      const marked = markUnreadable(page.unreadable, caller);
      const next = page.next === null ? null : await deps.cursors.seal(page.next, scope);
      return {
        status: 200,
        body: { results: page.entries.map((entry) => showMasked(entry, deps.now())), next, ...marked },
      };
    },
  });
