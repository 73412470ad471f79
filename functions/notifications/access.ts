import { allows, type Role } from '../../core/access/role.ts';
import type { Caller } from '../../core/http/caller.ts';
import type { Outline } from '../../core/notifications/store/read-for-user.ts';
import { isVisible } from '../../core/notifications/visibility.ts';

export type AccessDeps = {
  readonly readOutlines: (ids: readonly string[]) => Promise<readonly Outline[]>;
  /** The caller's roles in some products, read consistently. */
  readonly readRoles: (user: string, productIds: readonly string[]) => Promise<ReadonlyMap<string, Role>>;
};

/** Whether a caller with a role in its product may delete a notification that they see, and send it again. */
export const mayDelete = ({ isAdministrator }: Caller, role: Role | null): boolean =>
  isAdministrator || (role !== null && allows(role, 'owner'));

/** A notification that the caller may see. */
export type Seen = Outline & { readonly mayDelete: boolean };

/** Returns the notifications that a caller may see, by current memberships. */
export const readSeen = async (deps: AccessDeps, caller: Caller, ids: readonly string[]): Promise<Seen[]> => {
  const outlines = await deps.readOutlines(ids);
  const { isAdministrator } = caller;
  const productIds = [...new Set(outlines.flatMap(({ product_id }) => product_id ?? []))];
  const roles = isAdministrator || productIds.length === 0 ? null : await deps.readRoles(caller.user, productIds);
  return outlines.flatMap((outline) => {
    const role = (outline.product_id === null ? null : roles?.get(outline.product_id)) ?? null;
    if (!isVisible(outline, { isAdministrator, isMember: role !== null })) return [];
    return [{ ...outline, mayDelete: mayDelete(caller, role) }];
  });
};
