import * as z from 'zod/mini';

/** Roles of a product's members, each allowing what the ones before it allow. */
const ROLES = ['reader', 'upload', 'maintainer', 'owner'] as const;

export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

/** Whether `held` allows what `needed` allows. */
export const allows = (held: Role, needed: Role): boolean => ROLES.indexOf(held) >= ROLES.indexOf(needed);

/** A user's name as the token gives it. Cognito's longest user name has 128 characters. */
export const userName = z.string().check(
  z.minLength(1),
  z.maxLength(128),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  z.regex(/^[^\u0000-\u001f\u007f]+$/, 'Must not contain control characters'),
);
