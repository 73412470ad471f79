import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { FUNCTION } from '../../functions/contract.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'gatebell-app-'));

type Circumstances = { context?: Record<string, unknown>; environment?: Record<string, string> };

/** Runs the app as the CDK CLI does: it hands over the context of cdk.json and an output directory. */
const synthesize = async (name: string, { context = {}, environment = {} }: Circumstances = {}): Promise<string> => {
  const outdir = join(directory, name);
  await run(process.execPath, ['bin/gatebell.ts'], {
    cwd: root,
    env: {
      ...process.env,
      ...environment,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, ...context }),
    },
  });
  return outdir;
};

const templateIn = (outdir: string) => readFileSync(join(outdir, 'gatebell-prod.template.json'), 'utf8');
const assetsIn = (outdir: string) => readdirSync(outdir).filter((entry) => entry.startsWith('asset.'));

let first = '';
let second = '';
beforeAll(async () => {
  [first, second] = await Promise.all([
    synthesize('first'),
    // CDK's own checks of the template take seconds; once is enough.
    synthesize('second', { environment: { CDK_VALIDATION: 'false' } }),
  ]);
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true }));

test('no check of CDK or of the AWS Solutions pack has a finding', () => {
  const report = z
    .object({ pluginReports: z.array(z.json()) })
    .parse(JSON.parse(readFileSync(join(first, 'validation-report.json'), 'utf8')));
  expect(report.pluginReports).toEqual([]);
});

test('two syntheses give the same template and the same assets', () => {
  expect(templateIn(second)).toBe(templateIn(first));
  expect(assetsIn(second)).toEqual(assetsIn(first));
  expect(assetsIn(first)).toHaveLength(Object.keys(FUNCTION).length);
});

test('no stage that is deployed opens the webhooks to this machine', () => {
  expect(templateIn(first)).not.toContain('LOCAL_WEBHOOK_ORIGIN');
});

test('a stage that is not there is refused by name', async () => {
  await expect(synthesize('third', { context: { stage: 'porridge' } })).rejects.toThrow(
    'No stage "porridge"; there are: prod',
  );
});
