import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** Runs the check as if this were another Node. */
const onNode = (version: string) => {
  const pretend = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } });`;
  return spawnSync(process.execPath, ['--eval', `${pretend} import('./scripts/require-node.mjs');`], {
    cwd: root,
    encoding: 'utf8',
  });
};

it.each(['18.20.8', '20.20.2', '22.18.0'])('Node %s gets one line and no stack trace', (version) => {
  const { status, stdout, stderr } = onNode(version);
  expect(status).toBe(1);
  expect(stdout + stderr).toMatch(/^Gatebell needs Node 22\.19 or later, and this is [\d.]+\. Install Node 24 .*\n$/);
});

it.each(['22.19.0', '24.0.0', '26.1.0'])('Node %s is taken', (version) => {
  expect(onNode(version)).toMatchObject({ status: 0, stderr: '' });
});
