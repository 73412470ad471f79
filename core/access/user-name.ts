import * as z from 'zod/mini';
import { shownNameSchema } from '../platform/text/shown-name.ts';

/** The prefix of a client's name, which no person's name can have. */
const CLIENT = 'client:';

/** Prefixes that a person's name can't have. */
const RESERVED = /^(client|group):/i;

/** Cognito's longest user name has 128 characters. URLs drop `.` and `..` from a path. */
const identifierSchema = shownNameSchema.check(
  z.minLength(1),
  z.maxLength(128),
  z.regex(/^\S+( \S+)*$/, 'Must not have leading, trailing, or repeated spaces, or other white space'),
  z.refine((name) => !/^\.\.?$/.test(name), 'Must not be . or ..'),
);

/** Whether the login ignores the case of user names. */
export type UserNames = { readonly ignoreCase: boolean };

const exactNameSchema = identifierSchema.check(
  z.refine((name) => !RESERVED.test(name), 'Must not begin with client: or group:'),
);
const foldedNameSchema = exactNameSchema.check(z.overwrite((name) => name.toLowerCase().normalize('NFC')));

/** A person's name from a token or a request, in the spelling that is stored. */
export const personNameSchema = ({ ignoreCase }: UserNames) => (ignoreCase ? foldedNameSchema : exactNameSchema);

/** The name of a client that authenticates as itself: `client:ID`. The case of the id is unchanged. */
export const clientNameSchema = z.pipe(
  identifierSchema,
  z.transform((id) => `${CLIENT}${id}`),
);

/** The name of a member: a person or a client. */
export const memberNameSchema = (names: UserNames) => {
  const person = personNameSchema(names);
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
