import { personNameSchema } from '../core/access/user-name.ts';
import { SCOPE } from '../core/contract.ts';
import type { SignIn } from '../packages/cdk-local/src/login/sign-in.ts';

const ADMINISTRATORS_GROUP = 'gatebell-administrators';

/** The people of the demonstration, and what the local stage of the template expects of their tokens. */
export const SIGN_IN: SignIn = {
  appName: 'Gatebell',
  audience: 'gatebell',
  pageClientId: 'gatebell-web',
  commandClientId: 'gatebell-command-line',
  scopes: Object.values(SCOPE),
  administratorsGroup: ADMINISTRATORS_GROUP,
  users: [
    { name: 'alice', groups: [ADMINISTRATORS_GROUP], description: 'administrator' },
    { name: 'olivia', groups: [], description: 'owner of the demonstration products' },
    { name: 'rita', groups: [], description: 'reader of the demonstration products' },
    { name: 'nora', groups: [], description: 'member of no product' },
  ],
  // As the API reads it from the token.
  userNameSchema: personNameSchema({ ignoreCase: true }),
};
