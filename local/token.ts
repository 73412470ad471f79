/** `npm run -s token -- NAME [--admin] [--scope exceptions]`: prints a bearer token for the running stack. */
import { parseArgs } from 'node:util';
import { fetchToken, handlesOrExit } from './api-client.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { admin: { type: 'boolean', default: false }, scope: { type: 'string' } },
});
const [name] = positionals;
if (name === undefined) {
  console.error('Whose token? npm run -s token -- NAME [--admin] [--scope exceptions]');
  process.exit(1);
}
const scope = values.scope === undefined ? {} : { scope: values.scope };
console.log(await fetchToken(handlesOrExit(), { name, admin: values.admin, ...scope }));
