import { personName } from '../../core/access/user-name.ts';
import { SCOPE } from '../../core/contract.ts';

/** What tokens of the local login carry, and what the local stage of the template expects of them. */
export const ADMINISTRATORS_GROUP = 'gatebell-administrators';
export const AUDIENCE = 'gatebell';
/** The page's public client. */
export const WEB_CLIENT_ID = 'gatebell-web';
/** Scopes of the API that a token can carry. */
export const API_SCOPES: readonly string[] = Object.values(SCOPE);

export type LocalUser = { name: string; groups: readonly string[]; description: string };

/** The people of the demonstration. Any other name logs in too, as somebody without groups. */
export const LOCAL_USERS: readonly LocalUser[] = [
  { name: 'alice', groups: [ADMINISTRATORS_GROUP], description: 'administrator' },
  { name: 'olivia', groups: [], description: 'owner of the demonstration products' },
  { name: 'rita', groups: [], description: 'reader of the demonstration products' },
  { name: 'nora', groups: [], description: 'member of no product' },
];

/** The name of whoever logs in, in its one spelling: as the API reads it from the token. */
export const loginName = personName({ ignoreCase: true });

export const groupsOf = (name: string): readonly string[] =>
  LOCAL_USERS.find((user) => user.name === name)?.groups ?? [];
