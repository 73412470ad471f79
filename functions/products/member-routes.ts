import * as z from 'zod/mini';
import { type Role, roleSchema } from '../../core/access/role.ts';
import { memberNameSchema, type UserNames } from '../../core/access/user-name.ts';
import type { Routes } from '../../core/http/api.ts';
import type { Caller } from '../../core/http/caller.ts';
import { type Cursors, openCursor, paging } from '../../core/http/cursor.ts';
import { pathName } from '../../core/http/path-name.ts';
import { problem } from '../../core/http/problem.ts';
import type { Reply } from '../../core/http/reply.ts';
import { NONE, pathIdSchema, readRoute, writeRoute } from '../../core/http/route.ts';
import { markUnreadable, pageOf } from '../../core/http/route-doc.ts';
import type { PageRequest, PageWithUnreadable } from '../../core/platform/dynamodb/page.ts';
import { openProduct, type ReadProduct } from './access.ts';

type Member = { readonly user: string; readonly role: Role };

export type MemberDeps = {
  readonly readProduct: ReadProduct;
  readonly readRole: (productId: string, user: string) => Promise<Role | null>;
  readonly listMembers: (productId: string, request: PageRequest) => Promise<PageWithUnreadable<Member>>;
  readonly changeMembership: (change: {
    readonly productId: string;
    readonly user: string;
    readonly before: Role | null;
    readonly after: Role | null;
  }) => Promise<'written' | 'conflict'>;
  readonly pause: (attempt: number) => Promise<void>;
  readonly cursors: Cursors;
  readonly userNames: UserNames;
};

const MAX_TRIES = 12;
const productPathSchema = z.object({ product_id: pathIdSchema });
const memberPath = (userNames: UserNames) =>
  z.object({
    product_id: pathIdSchema,
    user: pathName(memberNameSchema(userNames)).register(z.globalRegistry, {
      description: "The user's sign-in name, or `client:` and the id of a client. Percent-encode it twice.",
    }),
  });

type MembershipChange = {
  readonly caller: Caller;
  readonly productId: string;
  readonly user: string;
  readonly wanted: Role | null;
};

/** Sets or removes a role, and retries if another request changes it. Returns null, or the refusal. */
const setMembership = async (deps: MemberDeps, change: MembershipChange): Promise<Reply | null> => {
  const { caller, productId, user, wanted } = change;
  // Members can always remove themselves.
  const needed = wanted === null && user === caller.user ? 'reader' : 'owner';
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const access = await openProduct(deps.readProduct, { productId, caller, needed });
    if (access.kind === 'refused') return access.reply;
    const before = await deps.readRole(productId, user);
    if (before === null && wanted === null) return problem('not-found');
    if (before === wanted) return null;
    if (before === 'owner' && access.opened.product.owner_count === 1) {
      return problem('conflict', { detail: 'A product must have at least one owner' });
    }
    if ((await deps.changeMembership({ productId, user, before, after: wanted })) === 'written') return null;
    await deps.pause(attempt);
  }
  return problem('conflict', { detail: 'The members are being changed by others; try again' });
};

/** A member and their role. */
export const memberSchema = z
  .strictObject({ user: z.string(), role: roleSchema })
  .register(z.globalRegistry, { id: 'Member' });
const EXAMPLE = { user: 'rita', role: 'reader' } as const;

const list = (deps: MemberDeps) =>
  readRoute({
    doc: {
      id: 'listMembers',
      summary: 'Lists the members of a product, by name',
      answers: {
        200: { description: 'A page', schema: pageOf(memberSchema), example: { results: [EXAMPLE], next: null } },
      },
      problems: ['not-found'],
    },
    path: productPathSchema,
    query: z.strictObject(paging),
    handle: async ({ caller, path, query: { cursor, limit } }) => {
      const productId = path.product_id;
      const access = await openProduct(deps.readProduct, { productId, caller, needed: 'reader' });
      if (access.kind === 'refused') return access.reply;
      const scope = { user: caller.user, list: 'members', query: { productId } };
      const opened = await openCursor(deps.cursors, cursor, scope);
      if (opened.kind === 'refused') return opened.reply;
      const { after } = opened;
      const page = await deps.listMembers(productId, { limit, after });
      const next = page.next === null ? null : await deps.cursors.seal(page.next, scope);
      return { status: 200, body: { results: page.entries, next, ...markUnreadable(page.unreadable, caller) } };
    },
  });

const put = (deps: MemberDeps) =>
  writeRoute({
    doc: {
      id: 'setMember',
      summary: 'Adds a member to a product, or changes their role',
      description: "Requires the owner role. The last owner can't be changed.",
      answers: { 200: { description: 'The member', schema: memberSchema, example: EXAMPLE } },
      problems: ['not-found', 'forbidden', 'conflict'],
      requestExample: { role: 'reader' },
    },
    path: memberPath(deps.userNames),
    body: z.strictObject({ role: roleSchema }),
    handle: async ({ caller, path, body }) => {
      const change = { caller, productId: path.product_id, user: path.user, wanted: body.role };
      return (await setMembership(deps, change)) ?? { status: 200, body: { user: path.user, role: body.role } };
    },
  });

const remove = (deps: MemberDeps) =>
  readRoute({
    doc: {
      id: 'removeMember',
      summary: 'Removes a member from a product',
      description: "Requires the owner role. Members can always remove themselves. The last owner can't be removed.",
      answers: { 204: { description: 'Removed' } },
      problems: ['not-found', 'forbidden', 'conflict'],
    },
    path: memberPath(deps.userNames),
    query: NONE,
    handle: async ({ caller, path }) => {
      const change = { caller, productId: path.product_id, user: path.user, wanted: null };
      return (await setMembership(deps, change)) ?? { status: 204 };
    },
  });

/** The calls on the members of a product. */
export const memberRoutes = (deps: MemberDeps): Routes => ({
  'GET /api/products/{product_id}/members': list(deps),
  'PUT /api/products/{product_id}/members/{user}': put(deps),
  'DELETE /api/products/{product_id}/members/{user}': remove(deps),
});
