/**
 * `npm run test:flow -- --dynamodb URL [FILES]`: the flow tests on a DynamoDB that runs already, one after the other, as they
 * share its tables. Without files, all but those that need what only dynoxide can be made to do.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '../..');
const folder = 'test/flow';

/** Stream records that age with a moved clock, and the stream's position over a restart by the engine's own file. */
const NEEDS_DYNOXIDE = new Set(['kept-data.test.ts']);

const { values, positionals } = parseArgs({ allowPositionals: true, options: { dynamodb: { type: 'string' } } });
const all = readdirSync(join(root, folder)).filter((name) => name.endsWith('.test.ts'));
const chosen = values.dynamodb === undefined ? all : all.filter((name) => !NEEDS_DYNOXIDE.has(name));
const files = positionals.length > 0 ? positionals : chosen.map((name) => `${folder}/${name}`);

const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const alone = values.dynamodb === undefined ? [] : ['--no-file-parallelism'];
const env = { ...process.env, ...(values.dynamodb !== undefined && { GATEBELL_TEST_DYNAMODB: values.dynamodb }) };
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'flow', ...alone, ...files], {
  cwd: root,
  env,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
