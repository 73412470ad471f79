import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { writeHandles } from '../../local/handles.ts';
import { eventually } from '../eventually.ts';
import { startTestStack, type TestStack } from '../stack.ts';

let stack: TestStack;
let admin: string;
const directory = mkdtempSync(join(tmpdir(), 'gatebell-redrive-'));

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.token('alice', { admin: true });
});
afterAll(async () => {
  await stack.stop();
  rmSync(directory, { recursive: true });
});

const created = z.object({ id: z.string() });
const COUNTS = { critical: 3, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };

const failGate = async (name: string) => {
  const body = { name, notification_slack_webhook: `${stack.handles.receiver}/${name}` };
  const { id } = created.parse((await stack.api('POST', '/api/products', { token: admin, body })).json);
  await stack.api('PUT', `/api/products/${id}/observation_counts`, { token: admin, body: COUNTS });
  return id;
};

const deliveries = async () => (await stack.items()).filter((item) => item['sk']?.startsWith('DELIVERY#'));

const untilAll = (status: string, count: number) =>
  eventually(
    async () => (await deliveries()).filter((item) => item['status'] === status).length === count,
    `${count} ${status}`,
    30_000,
  );

/** Runs a command of `scripts/` against this stack, and gives what it prints. */
const command = async (name: string, ...args: string[]): Promise<string> => {
  const handles = join(directory, 'stack.json');
  writeHandles(handles, stack.handles);
  const script = join(import.meta.dirname, '../../scripts', `${name}.ts`);
  const env = { ...process.env, GATEBELL_HANDLES: handles };
  return (await promisify(execFile)(process.execPath, [script, '--stage', 'local', ...args], { env })).stdout;
};

const redrive = () => command('run-redrive', '--rate', '50');

it('sends every dead letter again, and none that was sent meanwhile', async () => {
  const names = ['one', 'two', 'three'];
  await stack.behaviour(names.map((name) => ({ path: `/${name}`, status: 400, body: 'invalid_payload', times: 1 })));
  for (const name of names) await failGate(name);
  await untilAll('failed', names.length);
  await stack.atRest(20_000);
  const [first] = await deliveries();
  const path = `/api/notifications/${first?.['notification_id']}/deliveries/slack/retry`;
  expect(await stack.api('POST', path, { token: admin })).toMatchObject({ status: 202 });
  await untilAll('sent', 1);
  expect(await redrive()).toContain('3 messages requeued; 0 left');
  await untilAll('sent', names.length);
  await stack.atRest(20_000);
  for (const name of names) expect(await stack.messages(`/${name}`)).toHaveLength(2);
  expect(await stack.deadLetters()).toEqual([]);
  expect(await redrive()).toContain('0 messages requeued; 0 left');
});

it('migrates while others write, leaves items of its own format alone, and notifies no one', async () => {
  const [first = ''] = await Promise.all(['left', 'right'].map((name) => failGate(`migrated-${name}`)));
  await stack.atRest(20_000);
  await stack.clearMessages();
  const stored = async () => (await stack.items()).filter(({ format }) => format !== undefined);
  const others = async () => (await stored()).filter(({ id }) => id !== first);
  const notifications = async () => (await stack.items()).filter(({ sk }) => sk === 'NOTIFICATION').length;
  const [before, notified] = [await others(), await notifications()];
  const writing = (async () => {
    for (const critical of [4, 5, 6, 7]) {
      const path = `/api/products/${first}/observation_counts`;
      const answer = await stack.api('PUT', path, { token: admin, body: { ...COUNTS, critical } });
      expect(answer.status).toBe(200);
    }
  })();
  expect(await command('run-migrate')).toMatch(/^Started\./);
  await writing;
  await eventually(() => stack.log('background').includes('Migration finished'), 'the migration is finished', 30_000);
  await stack.atRest(20_000);
  expect(await others()).toEqual(before);
  expect(new Set((await stored()).map(({ format }) => format))).toEqual(new Set(['1']));
  expect(await notifications()).toBe(notified);
  expect(await stack.messages()).toEqual([]);
});

it('makes a data key for a new quarter when a webhook is stored', async () => {
  await stack.clearCalls();
  await stack.clock(100 * 86_400_000);
  const body = { name: 'Next quarter', notification_slack_webhook: `${stack.handles.receiver}/quarter` };
  const token = await stack.token('alice', { admin: true });
  expect((await stack.api('POST', '/api/products', { token, body })).status).toBe(201);
  const { totals } = await stack.calls();
  expect(totals['products kms:GenerateDataKeyWithoutPlaintext']?.calls).toBe(1);
});
