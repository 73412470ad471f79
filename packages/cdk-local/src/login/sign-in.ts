import type { z } from 'zod';

type LocalUser = { readonly name: string; readonly groups: readonly string[]; readonly description: string };

/** Who can log in, and what their tokens carry. */
export type SignIn = {
  /** Name of the app, for the titles of the pages. */
  readonly appName: string;
  readonly audience: string;
  /** The page's public client. */
  readonly pageClientId: string;
  /** `client_id` of tokens that a command got without a login. */
  readonly commandClientId: string;
  /** Scopes of the API that a token can carry. */
  readonly scopes: readonly string[];
  readonly administratorsGroup: string;
  /** Offered by the login page. Any other name logs in too, without groups. */
  readonly users: readonly LocalUser[];
  /** Checks a name, and gives it in its one spelling. */
  readonly userNameSchema: z.core.$ZodType<string, string>;
};

export const groupsOf = ({ users }: SignIn, name: string): readonly string[] =>
  users.find((user) => user.name === name)?.groups ?? [];
