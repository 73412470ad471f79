import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { callAwsJson } from '../src/engines/aws-json.ts';
import { type Dynamodb, startDynamodb } from '../src/engines/dynamodb.ts';
import { startSes } from '../src/engines/ses.ts';
import { openStream } from '../src/sources/stream-reader.ts';
import { createTable, putItem } from './engine-calls.ts';
import { eventually } from './eventually.ts';

const log = () => {};
const HOUR_MS = 3_600_000;
const key = { pk: { S: 'a' }, sk: { S: 'a' } };
const past = { N: String(Math.floor(Date.now() / 1000) - 60) };

async function getItem(url: string) {
  const answer = z.object({ Item: z.looseObject({}).optional() });
  const body = { TableName: 'table', Key: key, ConsistentRead: true };
  return (await callAwsJson({ url, target: 'DynamoDB_20120810.GetItem', body, answer })).Item;
}

const memoryFolders = () => readdir('/dev/shm').catch((): string[] => []);

async function isGone(url: string) {
  try {
    await callAwsJson({ url, target: 'DynamoDB_20120810.ListTables', body: {}, answer: z.looseObject({}) });
    return false;
  } catch {
    return true;
  }
}

describe('the DynamoDB engine', () => {
  let dynamodb: Dynamodb;
  beforeAll(async () => {
    dynamodb = await startDynamodb({ sweepIntervalMs: HOUR_MS, log });
    await createTable(dynamodb.url, 'table');
  });
  afterAll(() => dynamodb.stop());

  test('keeps an expired item until the sweep, whose record names the TTL service', async () => {
    await putItem(dynamodb.url, 'table', { ...key, expires_at: past });
    expect(await getItem(dynamodb.url)).toBeDefined();
    await dynamodb.sweepTtl();
    expect(await getItem(dynamodb.url)).toBeUndefined();
    const stream = await openStream(dynamodb.url, 'table');
    const [shard] = await stream.listShards();
    const { records } = await stream.read(await stream.openShard(shard?.shardId ?? '', 'TRIM_HORIZON'), 10);
    expect(records.map(({ eventName, userIdentity }) => [eventName, userIdentity !== undefined])).toEqual([
      ['INSERT', false],
      ['REMOVE', true],
    ]);
  });

  test('sweeps by itself at its interval', async () => {
    const other = await startDynamodb({ sweepIntervalMs: 30, log });
    await createTable(other.url, 'table');
    await putItem(other.url, 'table', { ...key, expires_at: past });
    await eventually(async () => (await getItem(other.url)) === undefined, 'the sweep');
    await other.stop();
  });

  test('sweeps by a clock that is moved, and what a person deletes says nothing of a sweep', async () => {
    const inAnHour = { N: String(Math.floor((Date.now() + HOUR_MS) / 1000)) };
    let offsetMs = 0;
    const now = () => new Date(Date.now() + offsetMs);
    const other = await startDynamodb({ sweepIntervalMs: HOUR_MS, now, log });
    await createTable(other.url, 'table');
    await putItem(other.url, 'table', { ...key, expires_at: inAnHour });
    await putItem(other.url, 'table', { pk: { S: 'b' }, sk: { S: 'b' }, expires_at: { S: '7' } });
    await other.sweepTtl();
    expect(await getItem(other.url)).toBeDefined();
    offsetMs = HOUR_MS + 2_000;
    await other.sweepTtl();
    expect(await getItem(other.url)).toBeUndefined();
    const body = { TableName: 'table', Key: { pk: { S: 'b' }, sk: { S: 'b' } } };
    await callAwsJson({ url: other.url, target: 'DynamoDB_20120810.DeleteItem', body, answer: z.unknown() });
    const stream = await openStream(other.url, 'table');
    const [shard] = await stream.listShards();
    const { records } = await stream.read(await stream.openShard(shard?.shardId ?? '', 'TRIM_HORIZON'), 10);
    expect(records.slice(2).map(({ dynamodb, userIdentity }) => [dynamodb.Keys['pk'], userIdentity ?? null])).toEqual([
      [{ S: 'a' }, expect.anything()],
      [{ S: 'b' }, null],
    ]);
    await other.stop();
  });

  test('makes its stream older when the clock moves', async () => {
    const other = await startDynamodb({ sweepIntervalMs: HOUR_MS, log });
    await createTable(other.url, 'table');
    await putItem(other.url, 'table', key);
    const stream = await openStream(other.url, 'table');
    const [shard] = await stream.listShards();
    const stamp = async () =>
      (await stream.read(await stream.openShard(shard?.shardId ?? '', 'TRIM_HORIZON'), 10)).records[0]?.dynamodb
        .ApproximateCreationDateTime ?? 0;
    const before = await stamp();
    other.ageStream(3600);
    expect(await stamp()).toBe(before - 3600);
    other.ageStream(-3600);
    expect(await stamp()).toBe(before);
    await other.stop();
  });

  test('stops with its port', async () => {
    const other = await startDynamodb({ sweepIntervalMs: HOUR_MS, log });
    await other.stop();
    expect(await isGone(other.url)).toBe(true);
  });

  test('has an index for its stream, so that it does not slow down with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cdk-local-'));
    const options = { file: join(folder, 'data.db'), sweepIntervalMs: HOUR_MS, log: vi.fn() };
    const other = await startDynamodb(options);
    const database = new DatabaseSync(options.file);
    // What the engine asks at each write, and at each read of the stream.
    const number = 'CAST(sequence_number AS INTEGER)';
    for (const query of [
      `SELECT COALESCE(MAX(${number}), 0) + 1 FROM _stream_records WHERE table_name = ?`,
      `SELECT * FROM _stream_records WHERE table_name = ? AND shard_id = ? AND ${number} > ? ORDER BY ${number} ASC LIMIT ?`,
    ])
      expect(JSON.stringify(database.prepare(`EXPLAIN QUERY PLAN ${query}`).all())).toContain('cdk_local_stream');
    database.close();
    expect(options.log).not.toHaveBeenCalled();
    await other.stop();
    await rm(folder, { recursive: true });
  });

  test('throws its data away at the end when it has no file', async () => {
    const before = await memoryFolders();
    const other = await startDynamodb({ sweepIntervalMs: HOUR_MS, log });
    const added = (await memoryFolders()).filter((name) => !before.includes(name));
    await other.stop();
    // Engines of other test files may have come in between; theirs go later.
    const isRid = async () =>
      added.length === 0 || (await memoryFolders()).filter((name) => added.includes(name)).length < added.length;
    await eventually(isRid, 'the end of a folder');
  });

  test('keeps its data in a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cdk-local-'));
    const options = { file: join(folder, 'data.db'), sweepIntervalMs: HOUR_MS, log };
    const first = await startDynamodb(options);
    await createTable(first.url, 'table');
    await putItem(first.url, 'table', { ...key, n: { N: '7' } });
    await first.stop();
    const second = await startDynamodb(options);
    expect(await getItem(second.url)).toEqual({ ...key, n: { N: '7' } });
    await second.stop();
    await rm(folder, { recursive: true });
  });

  test('dies with the process that started it, even when that is killed', async () => {
    const program = `
      import { startDynamodb } from '${new URL('../src/engines/dynamodb.ts', import.meta.url)}';
      console.log((await startDynamodb({ sweepIntervalMs: 1e6, log() {} })).url);`;
    const args = ['--input-type=module', '-e', program];
    const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = await once(parent.stdout.setEncoding('utf8'), 'data');
      const url = z.url().parse(String(line).trim());
      expect(await isGone(url)).toBe(false);
      parent.kill('SIGKILL');
      await eventually(() => isGone(url), 'the end of the engine');
    } finally {
      parent.kill('SIGKILL');
    }
  });

  test('may be one that runs already', async () => {
    const used = await startDynamodb({ endpoint: dynamodb.url, sweepIntervalMs: HOUR_MS, log });
    expect(used.url).toBe(dynamodb.url);
    await used.stop();
    expect(await isGone(dynamodb.url)).toBe(false);
    await expect(startDynamodb({ endpoint: 'http://127.0.0.1:1', sweepIntervalMs: HOUR_MS, log })).rejects.toThrow(
      'no DynamoDB answers',
    );
  });
});

test('SES keeps the mail, and stops', async () => {
  const ses = await startSes();
  const form = new URLSearchParams({
    Action: 'SendEmail',
    Source: 'sender@example.org',
    'Destination.ToAddresses.member.1': 'a@example.org',
    'Message.Subject.Data': 'Hello',
    'Message.Body.Text.Data': 'Text',
  });
  const headers = { authorization: 'AWS4-HMAC-SHA256 local' };
  expect((await fetch(ses.url, { method: 'POST', headers, body: form })).status).toBe(200);
  expect(await (await fetch(`${ses.url}/store`)).json()).toMatchObject({ emails: [{ subject: 'Hello' }] });
  await ses.stop();
  await expect(fetch(ses.url)).rejects.toThrow();
});
