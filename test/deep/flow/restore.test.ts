import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import * as z from 'zod';
import { writeHandles } from '../../../local/handles.ts';
import { callAwsJson } from '../../../packages/cdk-local/src/engines/aws-json.ts';
import { eventually } from '../../eventually.ts';
import { startTestStack, type TestStack } from '../../stack.ts';
import { createTable, openTable } from '../../table.ts';

const NAME = 'gatebell-restored';
const HOUR_MS = 3_600_000;
const directory = mkdtempSync(join(tmpdir(), 'gatebell-restore-'));
const dataDirectory = join(directory, 'data');
const created = z.object({ id: z.string() });
const counts = (critical: number) => ({ critical, high: 0, medium: 0, low: 0, none: 0, unknown: 0 });

let stack: TestStack | undefined;
afterAll(async () => {
  await stack?.stop();
  rmSync(directory, { recursive: true });
});

/** What `RestoreTableToPointInTime` makes: keys, indexes and items, and nothing else. */
const restoreByHand = async ({ handles, rawItems }: TestStack): Promise<void> => {
  const items = await rawItems();
  await createTable(openTable(handles.dynamodb, NAME));
  for (const Item of items) {
    const body = { TableName: NAME, Item };
    await callAwsJson({ url: handles.dynamodb, target: 'DynamoDB_20120810.PutItem', body, answer: z.unknown() });
  }
};

const restoreScript = async ({ handles }: TestStack): Promise<string> => {
  const file = join(directory, 'stack.json');
  writeHandles(file, handles);
  const script = join(import.meta.dirname, '../../../scripts/run-restore.ts');
  const env = { ...process.env, GATEBELL_HANDLES: file };
  return (await promisify(execFile)(process.execPath, [script, '--stage', 'local', '--table', NAME], { env })).stdout;
};

it('a stage goes on with a restored table: its stream is read, its webhooks decrypt, its items expire', async () => {
  const first = await startTestStack({ dataDirectory });
  stack = first;
  const admin = await first.token('alice', { admin: true });
  const body = { name: 'Payments', notification_slack_webhook: `${first.handles.receiver}/payments` };
  const { id } = created.parse((await first.api('POST', '/api/products', { token: admin, body })).json);
  const path = `/api/products/${id}/observation_counts`;
  await first.api('PUT', path, { token: admin, body: counts(3) });
  await eventually(async () => (await first.messages('/payments')).length === 1, 'the gate failed', 30_000);
  const exception = { exception_class: 'ParseError', message: 'line 7', function: 'importer', arguments: {} };
  const importer = await first.token('importer', { scope: 'exceptions' });
  expect((await first.api('POST', '/api/exceptions', { token: importer, body: exception })).status).toBe(201);
  await first.atRest(30_000);

  await restoreByHand(first);
  const printed = await restoreScript(first);
  const [, streamArn = ''] = /restoredTableStream: '([^']+)'/.exec(printed) ?? [];
  expect(printed).toContain(`${NAME} is ready`);
  // It can run again, and changes nothing.
  expect(await restoreScript(first)).toContain('Stream: was on');
  await first.stop();

  const second = await startTestStack({ dataDirectory, options: ['--restored-table-stream', streamArn] });
  stack = second;
  expect(second.handles.table).toBe(NAME);
  await second.atRest(30_000);
  expect(await second.messages('/payments')).toEqual([]);
  const token = await second.token('alice', { admin: true });
  expect((await second.api('PUT', path, { token, body: counts(0) })).status).toBe(200);
  await eventually(async () => (await second.messages('/payments')).length === 1, 'the gate passed', 30_000);
  await second.atRest(30_000);

  const expiring = (await second.items()).filter((item) => item['expires_at'] !== undefined);
  expect(expiring).not.toEqual([]);
  const last = Math.max(...expiring.map((item) => Number(item['expires_at'])));
  await second.clock(last * 1000 - Date.now() + HOUR_MS);
  await second.sweepTtl();
  expect((await second.items()).filter((item) => Number(item['expires_at']) <= last)).toEqual([]);
});
