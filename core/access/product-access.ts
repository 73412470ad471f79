import { allows, type Role } from './role.ts';

/** `hidden`: the caller must not see that the product exists. */
export type ProductAccess = 'allowed' | 'hidden' | 'forbidden';

/** Decides whether a caller may do what the role `needed` allows. `role` is null for a caller who isn't a member. */
export const decideAccess = (request: {
  readonly isAdministrator: boolean;
  readonly role: Role | null;
  readonly needed: Role;
}): ProductAccess => {
  if (request.isAdministrator) return 'allowed';
  if (request.role === null) return 'hidden';
  return allows(request.role, request.needed) ? 'allowed' : 'forbidden';
};
