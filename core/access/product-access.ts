import { allows, type Role } from './role.ts';

/** `hidden`: the caller is to learn nothing of it, not even that it is there. */
export type ProductAccess = 'allowed' | 'hidden' | 'forbidden';

/** Whether a caller may do with a product what takes the role `needed`; `held` is null for who is no member. */
export const accessTo = (request: {
  readonly isAdministrator: boolean;
  readonly held: Role | null;
  readonly needed: Role;
}): ProductAccess => {
  if (request.isAdministrator) return 'allowed';
  if (request.held === null) return 'hidden';
  return allows(request.held, request.needed) ? 'allowed' : 'forbidden';
};
