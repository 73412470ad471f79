import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { FUNCTION } from '../../core/contract.ts';
import { builtPage } from '../../lib/page.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { closureOf } from '../unit/supply-chain/lockfile.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'gatebell-app-'));

type RoutingContext = { context?: Record<string, unknown>; environment?: Record<string, string>; checkout?: string };

/** Runs the app as the CDK CLI does: it hands over the context of cdk.json and an output directory. */
const synthesize = async (name: string, circumstances: RoutingContext = {}): Promise<string> => {
  const { context = {}, environment = {}, checkout = root } = circumstances;
  const outdir = join(directory, name);
  await run(process.execPath, ['bin/gatebell.ts'], {
    cwd: checkout,
    env: {
      ...process.env,
      ...environment,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, ...context }),
    },
  });
  return outdir;
};

/**
 * The same checkout in another place, with the page as it is built here and the packages that go into bundles, which source
 * maps name by their paths. All other packages are found in this checkout, as that one is below it.
 */
const checkoutElsewhere = async (): Promise<string> => {
  const elsewhere = join(root, '.local', `elsewhere-${process.pid}`);
  const left = new Set(['node_modules', '.git', '.local', 'cdk.out']);
  const taken = readdirSync(root).filter((entry) => !left.has(entry));
  const bundled = closureOf(Object.keys(packageJson.dependencies));
  for (const entry of [...taken, ...bundled]) await cp(join(root, entry), join(elsewhere, entry), { recursive: true });
  return elsewhere;
};

const templateIn = (outdir: string) => readFileSync(join(outdir, 'gatebell-prod.template.json'), 'utf8');
const assetsIn = (outdir: string) => readdirSync(outdir).filter((entry) => entry.startsWith('asset.'));

const synthesizeElsewhere = async (): Promise<string> => {
  const checkout = await checkoutElsewhere();
  try {
    // CDK's own checks of the template take ten seconds; once is enough.
    return await synthesize('second', { checkout, environment: { CDK_VALIDATION: 'false' } });
  } finally {
    rmSync(checkout, { recursive: true });
  }
};

let first = '';
let second = '';
beforeAll(async () => {
  builtPage();
  [first, second] = await Promise.all([synthesize('first'), synthesizeElsewhere()]);
});
afterAll(() => rmSync(directory, { recursive: true }));

test('no check of CDK, of the AWS Solutions pack or of the Serverless pack has a finding', () => {
  const report = z
    .object({ pluginReports: z.array(z.object({ violations: z.array(z.json()) })) })
    .parse(JSON.parse(readFileSync(join(first, 'validation-report.json'), 'utf8')));
  expect(report.pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
});

test('two checkouts, each in its place, give the same template and the same assets', () => {
  expect(templateIn(second)).toBe(templateIn(first));
  expect(assetsIn(second)).toEqual(assetsIn(first));
  // Beside the functions: the page's hashed files, its entry, its configuration, and CDK's functions that deploy them and make
  // the origin secret.
  expect(assetsIn(first)).toHaveLength(Object.keys(FUNCTION).length + 6);
});

test('no stage that is deployed opens the webhooks to this machine', () => {
  expect(templateIn(first)).not.toContain('LOCAL_WEBHOOK_ORIGIN');
});

test('a stage that is not there is refused, with those that are in the file that was named', async () => {
  const config = join(directory, 'my.config.ts');
  writeFileSync(config, "export default { stages: { prod: { login: { kind: 'cognito' } } } };");
  await expect(synthesize('third', { context: { config, stage: 'porridge' } })).rejects.toThrow(
    /No stage "porridge" in .*my\.config\.ts\. Stages: prod/,
  );
});

test.each([
  ['a wrong key', "{ stages: { prod: { login: { kind: 'cognito' }, alarmMail: 'x' } } }", /"alarmMail" isn't a key/],
  ['no stage', '{}', /stages: Is missing/],
  ['a comma that is missing', '{ stages {} }', /can't be read:\n.*wrong-13\.config\.ts:1\n.*\n +\^/],
])('%s is answered with its reason, and no stack trace', async (_, written, reason) => {
  const config = join(directory, `wrong-${written.length}.config.ts`);
  writeFileSync(config, `export default ${written};`);
  const failure: unknown = await synthesize('fourth', { context: { config } }).catch((error: unknown) => error);
  expect(String(failure)).toMatch(reason);
  expect(String(failure)).not.toMatch(/^ +at |^ *throw /m);
});
