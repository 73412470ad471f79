import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createClock } from '../src/clock.ts';
import { startReceiver } from '../src/receiver.ts';
import { storedPorts } from '../src/stored-ports.ts';

const folder = mkdtempSync(join(tmpdir(), 'cdk-local-stored-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a folder stores the ports of its first start', async () => {
  const first = await storedPorts(folder);
  const receiver = await startReceiver({ port: first.receiver });
  await receiver.stop();
  expect(await storedPorts(folder)).toEqual(first);
});

test('a stored port that is in use is an error', async () => {
  const { receiver: port } = await storedPorts(folder);
  const other = await startReceiver({ port });
  await expect(storedPorts(folder)).rejects.toThrow(`Port ${port} of the receiver is in use`);
  await other.stop();
});

test('a folder stores the clock', () => {
  const file = join(folder, 'clock.json');
  createClock(file).move(90_000);
  expect(createClock(file).offsetMs()).toBe(90_000);
  expect(createClock().offsetMs()).toBe(0);
});
