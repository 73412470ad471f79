import * as z from 'zod/mini';
import { NO_CHANNELS } from '../../core/channels/model.ts';
import type { WebhookPolicy } from '../../core/channels/webhook-address.ts';
import type { Routes } from '../../core/http/api.ts';
import { NONE, pathIdSchema, readRoute, writeRoute } from '../../core/http/route.ts';
import { answerOnce, type KeyedDeps } from '../../core/idempotency/idempotency.ts';
import type { KeyedReply } from '../../core/idempotency/model.ts';
import { type Product, productChangeSchema, productCreationSchema } from '../../core/products/model.ts';
import { newProduct } from '../../core/products/revision.ts';
import { encryptChannels } from '../../core/secrets/encrypt-channels.ts';
import type { RevealDeps } from '../../core/secrets/reveal.ts';
import type { Settings } from '../../core/settings/model.ts';
import { openProduct } from './access.ts';
import { type ChangeDeps, changeProduct, nameTaken, removeProduct } from './change-product.ts';
import { countsRoute } from './counts-route.ts';
import { type HistoryDeps, historyRoute } from './history-route.ts';
import { type ListRouteDeps, listRoute } from './list-route.ts';
import { previewRoute } from './preview-route.ts';
import { createdReply, EXAMPLE_OPENED, openedProductSchema, productReply, withWebhooksOf } from './shown-product.ts';

export type ProductDeps = ChangeDeps &
  KeyedDeps &
  ListRouteDeps &
  RevealDeps & {
    readonly readSettings: () => Promise<Settings>;
    readonly createProduct: (creation: {
      readonly created: Product;
      readonly owner: string;
      readonly keyed: KeyedReply | null;
    }) => Promise<'written' | 'name-taken' | 'key-used'>;
    readonly newId: () => string;
    readonly webhookPolicy: WebhookPolicy;
  };

const productPathSchema = z.object({ product_id: pathIdSchema });
const ONE = { schema: openedProductSchema, example: EXAMPLE_OPENED, headers: ['etag'] } as const;

const create = (deps: ProductDeps) =>
  writeRoute({
    doc: {
      id: 'createProduct',
      summary: 'Creates a product; the caller becomes its owner',
      answers: { 201: { ...ONE, description: 'The product', headers: ['etag', 'location'] } },
      problems: ['conflict', 'idempotency-key-reused'],
      requestHeaders: ['idempotency-key'],
      requestExample: { name: 'Payment service', notification_email_to: 'payments@example.com' },
    },
    path: NONE,
    body: productCreationSchema(deps.webhookPolicy, deps.now),
    handle: async ({ caller, body, keyed, requestId }) => {
      const act = async () => {
        const settings = await deps.readSettings();
        const id = deps.newId();
        const wanted = { productId: id, before: NO_CHANNELS, change: body.channels };
        const creation = { ...body, channels: await encryptChannels(deps, wanted) };
        const now = deps.now();
        const created = newProduct(id, creation, { user: caller.user, settings, now, requestId });
        const reply = createdReply({ product: created, role: 'owner', settings }, now);
        const keyedReply = keyed && { ...keyed, reply };
        const outcome = await deps.createProduct({ created, owner: caller.user, keyed: keyedReply });
        if (outcome === 'name-taken') return nameTaken();
        return outcome === 'key-used' ? outcome : reply;
      };
      return withWebhooksOf(body, await answerOnce(deps, keyed, act));
    },
  });

const read = (deps: ProductDeps) =>
  readRoute({
    doc: {
      id: 'readProduct',
      summary: 'Gets a product',
      description: 'Maintainers and administrators get the webhook URLs, other members only their hosts.',
      answers: { 200: { ...ONE, description: 'The product' } },
      problems: ['not-found'],
    },
    path: productPathSchema,
    query: NONE,
    handle: async ({ caller, path, requestId }) => {
      const access = await openProduct(deps.readProduct, { productId: path.product_id, caller, needed: 'reader' });
      return access.kind === 'refused' ? access.reply : await productReply(deps, access.opened, { caller, requestId });
    },
  });

const change = (deps: ProductDeps) =>
  writeRoute({
    doc: {
      id: 'changeProduct',
      summary: 'Changes a product; omitted fields stay unchanged',
      description: 'Requires the maintainer role. Setting a broken channel again resumes deliveries to it.',
      answers: { 200: { ...ONE, description: 'The changed product' } },
      problems: ['not-found', 'forbidden', 'conflict', 'precondition-failed'],
      requestHeaders: ['if-match'],
      requestExample: { security_gate_active: true, security_gate_threshold_high: 5 },
    },
    path: productPathSchema,
    body: productChangeSchema(deps.webhookPolicy, deps.now),
    handle: async ({ caller, path, body, ifMatch, requestId }) => {
      const access = { productId: path.product_id, caller, needed: 'maintainer', ifMatch, requestId } as const;
      const changed = await changeProduct(deps, access, body);
      return changed.kind === 'refused' ? changed.reply : await productReply(deps, changed.view, { caller, requestId });
    },
  });

const remove = (deps: ProductDeps) =>
  readRoute({
    doc: {
      id: 'deleteProduct',
      summary: 'Deletes a product, its members, notifications and deliveries',
      description: 'Requires the owner role. Its members, notifications, and deliveries are deleted in the background.',
      answers: { 204: { description: 'Deleted' } },
      problems: ['not-found', 'forbidden', 'conflict', 'precondition-failed'],
      requestHeaders: ['if-match'],
    },
    path: productPathSchema,
    query: NONE,
    handle: async ({ caller, path, ifMatch }) => {
      const access = { productId: path.product_id, caller, needed: 'owner', ifMatch } as const;
      const removed = await removeProduct(deps, access);
      return removed.kind === 'refused' ? removed.reply : { status: 204 };
    },
  });

/** The routes of products. */
export const productRoutes = (deps: ProductDeps & HistoryDeps): Routes => ({
  'GET /api/products': listRoute(deps),
  'POST /api/products': create(deps),
  'GET /api/products/{product_id}': read(deps),
  'PATCH /api/products/{product_id}': change(deps),
  'DELETE /api/products/{product_id}': remove(deps),
  'POST /api/products/{product_id}/preview': previewRoute(deps),
  'PUT /api/products/{product_id}/observation_counts': countsRoute(deps),
  'GET /api/products/{product_id}/history': historyRoute(deps),
});
