import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { writeHandles } from '../../local/handles.ts';
import { callAwsJson } from '../../packages/cdk-local/src/engines/aws-json.ts';
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
  expect(await redrive()).toContain('3 sent again; 0 left');
  await untilAll('sent', names.length);
  await stack.atRest(20_000);
  for (const name of names) expect(await stack.messages(`/${name}`)).toHaveLength(2);
  expect(await stack.deadLetters()).toEqual([]);
  expect(await redrive()).toContain('0 sent again; 0 left');
});

const rawItem = z.record(z.string(), z.unknown());
const key = z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });

/** Products and settings as the version before wrote them, straight into the table. */
const putFormat1 = async (): Promise<void> => {
  const file = join(import.meta.dirname, '../fixtures/items/format-1.json');
  for (const Item of z.array(rawItem).parse(JSON.parse(readFileSync(file, 'utf8')))) {
    const { pk, sk } = key.parse(Item);
    if (!/^(PRODUCT#|NAME#|PRODUCT_INDEX|SETTINGS)/.test(pk.S) || sk.S.startsWith('NOTIFICATION#')) continue;
    const body = { TableName: stack.handles.table, Item };
    await callAwsJson({ url: stack.handles.dynamodb, target: 'DynamoDB_20120810.PutItem', body, answer: z.unknown() });
  }
};

it('migrates what the version before wrote, while others write, and tells nobody of it', async () => {
  await putFormat1();
  await stack.atRest(20_000);
  await stack.clearMessages();
  await stack.clearMail();
  const kept = async () => (await stack.items()).filter(({ sk }) => sk === 'PRODUCT' || sk === 'SETTINGS');
  const notifications = async () => (await stack.items()).filter(({ sk }) => sk === 'NOTIFICATION').length;
  const [toldBefore, payments] = [await notifications(), (await kept()).find(({ name }) => name === 'Payments')];
  expect(payments).not.toHaveProperty('format');
  const write = async (critical: number) => {
    const answer = await stack.api('PUT', `/api/products/${payments?.['id']}/observation_counts`, {
      token: admin,
      body: { ...COUNTS, critical },
    });
    expect(answer.status).toBe(200);
  };
  const writing = (async () => {
    for (const critical of [3, 4, 5, 6, 7]) await write(critical);
  })();
  expect(await command('run-migrate')).toMatch(/^Started\./);
  await writing;
  await eventually(() => stack.log('background').includes('The migration is over'), 'the migration is over', 30_000);
  await stack.atRest(20_000);
  expect((await kept()).filter(({ format }) => format !== '2')).toEqual([]);
  expect(JSON.stringify(await stack.rawItems())).not.toContain('of-format-one');
  expect(await notifications()).toBe(toldBefore);
  expect([await stack.mail(), await stack.messages()]).toEqual([[], []]);
});

it('makes the data key of a new quarter by itself, where nobody has sealed in it yet', async () => {
  await stack.clearCalls();
  await stack.clock(100 * 86_400_000);
  await putFormat1();
  await command('run-migrate');
  const isSealed = async () => !JSON.stringify(await stack.rawItems()).includes('of-format-one');
  await eventually(isSealed, 'all is sealed', 30_000);
  const { totals } = await stack.calls();
  expect(totals['background kms:GenerateDataKeyWithoutPlaintext']?.calls).toBeGreaterThan(0);
});
