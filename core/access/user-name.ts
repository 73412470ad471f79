import * as z from 'zod/mini';
import { shownNameSchema } from '../platform/text/shown-name.ts';

/** Stands before the id of a client, so that nobody's name can be taken for a program's. */
const CLIENT = 'client:';

/** Names with these beginnings are no person's. */
const RESERVED = /^(client|group):/i;

/** Cognito's longest user name has 128 characters. `.` and `..` are lost from the path of a URL. */
const identifier = shownNameSchema.check(
  z.minLength(1),
  z.maxLength(128),
  z.regex(/^\S+( \S+)*$/, 'Must not have leading, trailing, or repeated spaces, or other white space'),
  z.refine((name) => !/^\.\.?$/.test(name), 'Must not be . or ..'),
);

/** How a login spells the names of people. */
export type UserNames = { readonly ignoreCase: boolean };

const exactName = identifier.check(z.refine((name) => !RESERVED.test(name), 'Must not begin with client: or group:'));
const foldedName = exactName.check(z.overwrite((name) => name.toLowerCase().normalize('NFC')));

/** A person's name as a token, or an owner of a product, gives it; in the one spelling by which it is kept. */
export const personName = ({ ignoreCase }: UserNames) => (ignoreCase ? foldedName : exactName);

/** The id of a client, made the name of a program that calls by itself: `client:ID`, with the id's own case. */
export const clientNameSchema = z.pipe(
  identifier,
  z.transform((id) => `${CLIENT}${id}`),
);

/** The name of a member: a person's, or that of a program. */
export const memberName = (names: UserNames) => {
  const person = personName(names);
  return z.pipe(
    z.string(),
    z.transform((given, context) => {
      const isClient = given.startsWith(CLIENT);
      const parsed = isClient ? clientNameSchema.safeParse(given.slice(CLIENT.length)) : person.safeParse(given);
      if (parsed.success) return parsed.data;
      context.issues.push({ code: 'custom', message: parsed.error.issues[0]?.message ?? 'Is no name', input: given });
      return z.NEVER;
    }),
  );
};
