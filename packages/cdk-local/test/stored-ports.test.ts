import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createClock } from '../src/clock.ts';
import { keepPorts } from '../src/kept-ports.ts';
import { startReceiver } from '../src/receiver.ts';

const folder = mkdtempSync(join(tmpdir(), 'cdk-local-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a folder keeps the ports of its first start', async () => {
  const first = await keepPorts(folder);
  const receiver = await startReceiver({ port: first.receiver });
  await receiver.stop();
  expect(await keepPorts(folder)).toEqual(first);
});

test('a kept port that is taken is no reason to take another without a word', async () => {
  const { receiver: port } = await keepPorts(folder);
  const other = await startReceiver({ port });
  await expect(keepPorts(folder)).rejects.toThrow(`Port ${port} of the receiver is taken`);
  await other.stop();
});

test('a folder keeps the clock', () => {
  const file = join(folder, 'clock.json');
  createClock(file).move(90_000);
  expect(createClock(file).offsetMs()).toBe(90_000);
  expect(createClock().offsetMs()).toBe(0);
});
