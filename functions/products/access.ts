import { decideAccess } from '../../core/access/product-access.ts';
import type { Role } from '../../core/access/role.ts';
import type { Caller } from '../../core/http/caller.ts';
import { problem } from '../../core/http/problem.ts';
import type { Reply } from '../../core/http/reply.ts';
import type { ProductView } from '../../core/products/store/products.ts';
import type { Settings } from '../../core/settings/model.ts';

export type OpenedProduct = ProductView & { readonly settings: Settings };

export type ReadProduct = (productId: string, user: string) => Promise<OpenedProduct | null>;

export type Access =
  | { readonly kind: 'granted'; readonly opened: OpenedProduct }
  | { readonly kind: 'refused'; readonly reply: Reply };

/**
 * The product, and the role that the caller needs. `ifMatch`: the version that it must have, unless `requestId`, the same request,
 * has written it since.
 */
export type AccessRequest = {
  readonly productId: string;
  readonly caller: Caller;
  readonly needed: Role;
  readonly ifMatch?: number | null;
  readonly requestId?: string;
};

const refused = (reply: Reply): Access => ({ kind: 'refused', reply });

/**
 * Reads a product for a caller. Refuses with 404 if the caller is neither a member nor an administrator, 403 if the role is too
 * low, and 412 if the version has changed.
 */
export const openProduct = async (read: ReadProduct, request: AccessRequest): Promise<Access> => {
  const { productId, caller, needed, ifMatch = null, requestId = null } = request;
  const opened = await read(productId, caller.user);
  if (opened === null) return refused(problem('not-found'));
  const access = decideAccess({ isAdministrator: caller.isAdministrator, role: opened.role, needed });
  if (access === 'hidden') return refused(problem('not-found'));
  if (access === 'forbidden')
    return refused(problem('forbidden', { detail: `This action requires the ${needed} role` }));
  const { version, request_id } = opened.product;
  const isOwnWrite = requestId !== null && request_id === requestId;
  if (ifMatch !== null && ifMatch !== version && !isOwnWrite) return refused(problem('precondition-failed'));
  return { kind: 'granted', opened };
};
