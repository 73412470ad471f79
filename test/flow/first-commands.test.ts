import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { apiClient, fetchToken } from '../../local/api-client.ts';
import { type Handles, readHandles } from '../../local/handles.ts';
import { eventually } from '../eventually.ts';

const Created = z.object({ id: z.string() });
const root = join(import.meta.dirname, '..', '..');
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

/** What a pipeline does: a product's owner lets it report what a scanner found. */
const reportScan = async (handles: Handles): Promise<string> => {
  const token = await fetchToken(handles, { name: 'olivia' });
  const product = Created.parse(await apiClient(handles, token)('POST', '/products', { name: 'Scanned' }));
  const command = ['run', '-s', 'report', '--', 'test/fixtures/reports/secretlint.sarif', '--product', product.id];
  const environment = { ...env, GATEBELL_API: handles.api, GATEBELL_TOKEN: token };
  return (await promisify(execFile)('npm', command, { cwd: root, env: environment })).stdout;
};

afterAll(() => {
  const left = readHandles(env.GATEBELL_HANDLES);
  if (left !== undefined) process.kill(left.pid);
  start.kill();
  rmSync(directory, { recursive: true, force: true });
});

it('npm start, then npm run demo shows three messages, npm run report moves a gate, and the end of npm start ends all', async () => {
  const handles = await eventually(() => readHandles(env.GATEBELL_HANDLES), 'the stack has started', 200_000);
  const { stdout } = await promisify(execFile)('npm', ['run', 'demo'], { cwd: root, env });
  for (const channel of ['Email', 'Microsoft Teams', 'Slack']) {
    expect(stdout).toMatch(new RegExp(`── ${channel} ─+\\n[^─]*1 critical, 0 allowed; 2 high, 0 allowed`));
  }
  expect(await reportScan(handles)).toMatch(/"high":2.*\nSecurity gate: failed\n$/s);
  // npm passes the signal to what its script runs, and a shell in between would keep it to itself.
  start.kill('SIGTERM');
  await eventually(() => isGone(handles), 'everything has stopped');
  expect(readHandles(env.GATEBELL_HANDLES)).toBeUndefined();
});
