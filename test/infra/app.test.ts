import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { FUNCTION } from '../../functions/contract.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'gatebell-app-'));

type Circumstances = { context?: Record<string, unknown>; environment?: Record<string, string>; checkout?: string };

/** Runs the app as the CDK CLI does: it hands over the context of cdk.json and an output directory. */
const synthesize = async (name: string, circumstances: Circumstances = {}): Promise<string> => {
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

/** The same checkout in another place. Its packages are hard links, which is why that is below this one. */
const checkoutElsewhere = async (): Promise<string> => {
  const elsewhere = join(root, '.local', `elsewhere-${process.pid}`);
  mkdirSync(elsewhere, { recursive: true });
  const left = new Set(['node_modules', '.git', '.local', 'cdk.out']);
  const taken = readdirSync(root).filter((entry) => !left.has(entry));
  await run('cp', ['-r', ...taken, elsewhere], { cwd: root });
  await run('cp', ['-rl', 'node_modules', elsewhere], { cwd: root });
  return elsewhere;
};

const templateIn = (outdir: string) => readFileSync(join(outdir, 'gatebell-prod.template.json'), 'utf8');
const assetsIn = (outdir: string) => readdirSync(outdir).filter((entry) => entry.startsWith('asset.'));

let first = '';
let second = '';
let elsewhere = '';
beforeAll(async () => {
  elsewhere = await checkoutElsewhere();
  // CDK's own checks of the template take seconds; once is enough.
  const environment = { CDK_VALIDATION: 'false' };
  [first, second] = await Promise.all([
    synthesize('first'),
    synthesize('second', { checkout: elsewhere, environment }),
  ]);
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await rm(elsewhere, { recursive: true, force: true });
}, 60_000);

test('no check of CDK or of the AWS Solutions pack has a finding', () => {
  const report = z
    .object({ pluginReports: z.array(z.json()) })
    .parse(JSON.parse(readFileSync(join(first, 'validation-report.json'), 'utf8')));
  expect(report.pluginReports).toEqual([]);
});

test('two checkouts, each in its place, give the same template and the same assets', () => {
  expect(templateIn(second)).toBe(templateIn(first));
  expect(assetsIn(second)).toEqual(assetsIn(first));
  // Beside the functions: the page's hashed files, its entry, its configuration, and CDK's function that deploys them.
  expect(assetsIn(first)).toHaveLength(Object.keys(FUNCTION).length + 5);
});

test('no stage that is deployed opens the webhooks to this machine', () => {
  expect(templateIn(first)).not.toContain('LOCAL_WEBHOOK_ORIGIN');
});

describe('refused, and why:', () => {
  test('a stage that is not there', async () => {
    await expect(synthesize('third', { context: { stage: 'porridge' } })).rejects.toThrow(
      'No stage "porridge" in gatebell.config.ts; there are: prod',
    );
  });

  test('a configuration of another file that has a mistake', async () => {
    const config = join(directory, 'my.config.ts');
    writeFileSync(config, "export default { stages: { prod: { login: { kind: 'cognito' }, alarmEmail: 'ops' } } };");
    await expect(synthesize('fourth', { context: { config } })).rejects.toThrow(
      /my\.config\.ts can't be used:\n {2}stages\.prod\.alarmEmail: Must be an email address/,
    );
  });
});
