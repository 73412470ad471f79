import { execFile, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { apiClient, fetchToken } from '../../local/api-client.ts';
import { type Handles, readHandles } from '../../local/handles.ts';
import { eventually } from '../eventually.ts';

const Listed = z.object({ results: z.array(z.object({ message: z.string() })) });
const Created = z.object({ id: z.string() });
const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'gatebell-first-'));
const env = { ...process.env, GATEBELL_HANDLES: join(directory, 'stack.json') };
const start = spawn('npm', ['start', '--', '--port', '0'], { cwd: root, env, stdio: 'ignore' });

/** Nothing listens there, and its process is gone. */
const isGone = async ({ web, dynamodb, pid }: Handles): Promise<boolean> => {
  const answers = await Promise.allSettled([fetch(web), fetch(dynamodb)]);
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return answers.every(({ status }) => status === 'rejected');
  }
};

/** What the first page has people try, with this stack's address: a shell runs it as it stands there. */
const tryOut = async ({ web }: Handles): Promise<string> => {
  const [, block = ''] = /^## 3. Use the API$.*?^```sh\n(.*?)^```$/ms.exec(read('docs/get-started.md')) ?? [];
  const script = block.replace('http://localhost:4000', web);
  return (await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, env })).stdout;
};

/** The lines of our users' jobs that report: what stands there as `run` or `script`. */
const GitHub = z.object({
  jobs: z.object({ scan: z.object({ steps: z.array(z.object({ run: z.string().optional() })) }) }),
});
const GitLab = z.object({ report: z.object({ script: z.array(z.string()) }) });
const Azure = z.object({ steps: z.array(z.object({ script: z.string().optional() })) });
const reportingLines = (): string[] =>
  [
    ...GitHub.parse(parse(read('examples/github-actions.yml'))).jobs.scan.steps.map(({ run: line = '' }) => line),
    ...GitLab.parse(parse(read('examples/gitlab-ci.yml'))).report.script,
    ...Azure.parse(parse(read('examples/azure-pipelines.yml'))).steps.map(({ script = '' }) => script),
    ...[...read('examples/Jenkinsfile').matchAll(/\bsh '([^'\n]+)'/g)].map(([, line = '']) => line),
  ].filter((line) => line.includes('.gatebell/'));

/** A checkout of theirs, with the reporter as they copy it and the reports that their scanners would have left. */
const theirCheckout = (): string => {
  const checkout = mkdtempSync(join(directory, 'checkout-'));
  symlinkSync(join(root, 'packages', 'reporter'), join(checkout, '.gatebell'));
  copyFileSync(join(root, 'test/fixtures/reports/secretlint.sarif'), join(checkout, 'trivy.sarif'));
  copyFileSync(join(root, 'test/fixtures/reports/retire.cdx.json'), join(checkout, 'grype.cdx.json'));
  return checkout;
};

/** What a pipeline does: a product's owner lets it report what a scanner found. Gives what each example printed. */
const reportScans = async (handles: Handles): Promise<string[]> => {
  const token = await fetchToken(handles, { name: 'olivia' });
  const product = Created.parse(await apiClient(handles, token)('POST', '/products', { name: 'Scanned' }));
  const variables = { GATEBELL_API: handles.api, GATEBELL_TOKEN: token, GATEBELL_PRODUCT: product.id };
  const counts = '{ "critical": 1, "high": 0, "medium": 0, "low": 0, "none": 0, "unknown": 0 }';
  const lines = [...reportingLines(), `bash ${join(root, 'examples/curl.sh')} '${counts}'`];
  const cwd = theirCheckout();
  const printed: string[] = [];
  for (const line of lines) {
    // A job fails where the gate did: `--fail-on-gate`.
    const script = `${line} || [ $? -eq 3 ]`;
    printed.push((await run('bash', ['-c', script], { cwd, env: { ...env, ...variables } })).stdout);
  }
  return printed;
};

/** An application that reports with the handler for Node; the messages of its exceptions. */
const reportExceptions = async (handles: Handles): Promise<readonly string[]> => {
  const token = await fetchToken(handles, { name: 'importer', client: true, scope: 'exceptions' });
  const variables = { GATEBELL_API: handles.api, GATEBELL_TOKEN: token };
  const options = { cwd: join(root, 'examples'), env: { ...env, ...variables } };
  const node = "import { report } from './gatebell.mjs'; report(new Error('by Node'), { function: 'f' });";
  await run(process.execPath, ['--input-type=module', '--eval', node], options);
  const alice = apiClient(handles, await fetchToken(handles, { name: 'alice' }));
  const { results } = Listed.parse(await alice('GET', '/notifications?type=exception&function=f'));
  return results.map(({ message }) => message);
};

afterAll(() => {
  const left = readHandles(env.GATEBELL_HANDLES);
  if (left !== undefined) process.kill(left.pid);
  start.kill();
  rmSync(directory, { recursive: true, force: true });
});

it('npm start, the demo, what the first page has people try, the examples for CI and applications, and the end of npm start that ends all', async () => {
  const handles = await eventually(() => readHandles(env.GATEBELL_HANDLES), 'the stack has started', 200_000);
  const { stdout } = await run('npm', ['run', 'demo'], { cwd: root, env });
  for (const channel of ['Email', 'Microsoft Teams', 'Slack']) {
    expect(stdout).toMatch(new RegExp(`── ${channel} ─+\\n[^─]*1 critical, 0 allowed; 2 high, 0 allowed`));
  }
  const tried = await tryOut(handles);
  for (const part of ['"security_gate_passed":false', '"result":"notified"', 'is ALARM.', 'is OK.'])
    expect(tried).toContain(part);
  const [trivy, grype, azure, jenkins, curl, ...more] = await reportScans(handles);
  expect([azure, jenkins]).toEqual([trivy, trivy]);
  expect(trivy).toMatch(/"high":2.*\nSecurity gate: failed\n.* {2}high: 2 \(threshold: 0\)\n/s);
  expect(grype).toMatch(/\nSecurity gate: (passed|failed)\n/);
  expect(curl).toContain('"security_gate_passed":false');
  expect(more).toEqual([]);
  expect(await reportExceptions(handles)).toEqual(['by Node']);
  // npm passes the signal to what its script runs, and a shell in between would keep it to itself.
  start.kill('SIGTERM');
  await eventually(() => isGone(handles), 'everything has stopped');
  expect(readHandles(env.GATEBELL_HANDLES)).toBeUndefined();
});
