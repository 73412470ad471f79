import * as z from 'zod/mini';
import { problem } from '../../core/http/problem.ts';
import { NONE, writeRoute } from '../../core/http/route.ts';
import { notificationTypeSchema } from '../../core/notifications/model.ts';
import { type AllMark, MAX_MARKED_PRODUCTS, typesSeenBy } from '../../core/notifications/viewed-up-to.ts';
import { newestIdAt, timeOfId } from '../../core/platform/sortable-id.ts';
import { type AccessDeps, readSeen } from './access.ts';
import { EXAMPLE_NOTIFICATION } from './examples.ts';
import { notificationIdSchema } from './open-notification.ts';

export type MarkAllDeps = AccessDeps & {
  readonly now: () => Date;
  /** Marks up to an id as viewed, in one write. */
  readonly markAllViewed: (user: string, mark: AllMark) => Promise<'marked' | 'too-many-products'>;
};

const markAllSchema = z.strictObject({
  up_to: notificationIdSchema.register(z.globalRegistry, {
    description: 'The newest notification to mark, one that the caller can see. Newer ones stay unviewed.',
  }),
  type: z.optional(notificationTypeSchema),
  product_id: z.optional(z.string().check(z.minLength(1), z.maxLength(128))),
});

/** A notification of a clock that is fast must not mark those that are still to come. */
const notAfter = (id: string, now: Date): string => (timeOfId(id) > now.getTime() ? newestIdAt(now) : id);

/** `POST /api/notifications/mark_all_as_viewed` */
export const markAllRoute = (deps: MarkAllDeps) =>
  writeRoute({
    doc: {
      id: 'markAllNotificationsAsViewed',
      summary: 'Marks all notifications up to one as viewed by the caller',
      description:
        'Marks `up_to` and every older notification that the caller can see, of one type or product if the body names it. Takes the same time however many there are. Older notifications of products that the caller joins later count as viewed, too.',
      answers: { 204: { description: 'Marked' } },
      problems: ['not-found', 'conflict'],
      requestExample: { up_to: EXAMPLE_NOTIFICATION.id, type: 'security_gate' },
    },
    path: NONE,
    body: markAllSchema,
    handle: async ({ caller, body }) => {
      const { up_to, type, product_id: productId = null } = body;
      const [named] = await readSeen(deps, caller, [up_to]);
      if (named === undefined) return problem('not-found');
      const isHidden = productId !== null && !caller.isAdministrator && named.product_id !== productId;
      if (isHidden && !(await deps.readRoles(caller.user, [productId])).has(productId)) return problem('not-found');
      const mark = {
        upTo: notAfter(up_to, deps.now()),
        types: type === undefined ? typesSeenBy(caller) : [type],
        productId,
      };
      if ((await deps.markAllViewed(caller.user, mark)) === 'marked') return { status: 204 };
      return problem('conflict', {
        detail: `You marked ${MAX_MARKED_PRODUCTS} products one by one. Mark all notifications without a product once`,
      });
    },
  });
