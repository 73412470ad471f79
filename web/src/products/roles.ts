import type { Product, Role } from '../api/answers.ts';

/** The roles, each allowing what the ones before it allow. */
export const ROLES = {
  reader: 'Reader: views the product and its notifications',
  upload: 'Upload: reports findings',
  maintainer: 'Maintainer: edits the product',
  owner: 'Owner: manages members, deletes the product, retries deliveries',
} as const satisfies Record<Role, string>;

export const ROLE_KEYS = ['reader', 'upload', 'maintainer', 'owner'] as const satisfies Role[];

/** Whether the reader may do what a role allows. Buttons depend on it; the API decides. */
export const mayAs = (needed: Role, { role }: Pick<Product, 'role'>, isAdministrator: boolean): boolean =>
  isAdministrator || (role !== null && ROLE_KEYS.indexOf(role) >= ROLE_KEYS.indexOf(needed));
