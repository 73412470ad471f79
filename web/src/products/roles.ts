import type { Product, Role } from '../api/answers.ts';

/** The roles, each allowing what the ones before it allow. */
export const ROLES = {
  reader: { label: 'Reader', description: 'Views the product and its notifications' },
  upload: { label: 'Upload', description: 'Reports findings' },
  maintainer: { label: 'Maintainer', description: 'Edits the product' },
  owner: { label: 'Owner', description: 'Manages members, deletes the product, retries deliveries' },
} as const satisfies Record<Role, { readonly label: string; readonly description: string }>;

/** A role to select. */
export const roleOption = (value: Role) => ({ value, ...ROLES[value] });

export const ROLE_KEYS = ['reader', 'upload', 'maintainer', 'owner'] as const satisfies Role[];

/** Whether the reader may do what a role allows. Buttons depend on it; the API decides. */
export const mayAs = (needed: Role, { role }: Pick<Product, 'role'>, isAdministrator: boolean): boolean =>
  isAdministrator || (role !== null && ROLE_KEYS.indexOf(role) >= ROLE_KEYS.indexOf(needed));
