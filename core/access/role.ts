import * as z from 'zod/mini';

/** Roles of a product's members, each allowing what the ones before it allow. */
const ROLES = ['reader', 'upload', 'maintainer', 'owner'] as const;

export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** Whether `held` allows what `needed` allows. */
export const allows = (held: Role, needed: Role): boolean => ROLES.indexOf(held) >= ROLES.indexOf(needed);
