/**
 * `npm run -s token -- NAME [--admin] [--client] [--scope exceptions]`: prints a bearer token for the running stack, of a
 * person or of a client that calls in its own name.
 */
import { parseArgs } from 'node:util';
import { fetchToken, handlesOrExit } from './api-client.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    admin: { type: 'boolean', default: false },
    client: { type: 'boolean', default: false },
    scope: { type: 'string' },
  },
});
const [name] = positionals;
if (name === undefined) {
  console.error('Whose token? npm run -s token -- NAME [--admin] [--client] [--scope exceptions]');
  process.exit(1);
}
const scope = values.scope === undefined ? {} : { scope: values.scope };
console.log(await fetchToken(handlesOrExit(), { name, admin: values.admin, client: values.client, ...scope }));
