import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { callAwsJson } from '../src/engines/aws-json.ts';
import { type Sqs, startSqs } from '../src/engines/sqs.ts';
import { provisionQueues } from '../src/provision.ts';
import { callQueue } from '../src/sources/sqs-calls.ts';

const REGION = 'eu-central-1';
const MINUTE_MS = 60_000;

let folder: string;
let directory: string;
let sqs: Sqs;
let starts = 0;

const queue = (name: string) => callQueue(sqs.url, `${sqs.url}/000000000000/${name}`);
const arn = (name: string) => `arn:aws:sqs:${REGION}:000000000000:${name}`;
const receive = (name: string) => queue(name).receive({ count: 10, waitSeconds: 0 });
const bodies = async (name: string) => (await receive(name)).map(({ Body }) => Body);

const call = (name: string, action: string, body: object) =>
  callAwsJson({
    url: sqs.url,
    region: REGION,
    target: `AmazonSQS.${action}`,
    body: { QueueUrl: `${sqs.url}/000000000000/${name}`, ...body },
    answer: z.unknown(),
  });

const provision = async (maxReceiveCount = 2) => {
  const named = (name: string) => ({
    logicalId: name,
    isDeadLetterQueue: name === 'dead',
    name,
    arn: arn(name),
    url: `http://localhost/000000000000/${name}`,
  });
  const RedrivePolicy = { deadLetterTargetArn: arn('dead'), maxReceiveCount };
  const queues = [named('dead'), { ...named('work'), VisibilityTimeout: 60, RedrivePolicy }];
  await provisionQueues(queues, { sqsUrl: sqs.url, region: REGION });
};

const restart = async (offsetMs = 0) => {
  await sqs.stop();
  sqs = await startSqs({ region: REGION, directory, offsetMs });
  await provision();
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cdk-local-queues-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  directory = join(folder, String(++starts));
  sqs = await startSqs({ region: REGION, directory });
  await provision();
});
afterEach(() => sqs.stop());

test('messages and their receive counts outlive a restart', async () => {
  await queue('work').send('seen once');
  await receive('work');
  await queue('work').send('never seen');
  await restart(MINUTE_MS + 1);
  const received = await receive('work');
  const counts = received.map(({ Body, Attributes }) => [Body, Attributes['ApproximateReceiveCount']]);
  expect(new Map(counts.map(([body, count]) => [body, count]))).toEqual(
    new Map([
      ['seen once', '2'],
      ['never seen', '1'],
    ]),
  );
});

test('a delay and a visibility timeout go on where they were', async () => {
  await queue('work').send('hidden');
  await receive('work');
  await call('work', 'SendMessage', { MessageBody: 'delayed', DelaySeconds: 120 });
  await restart();
  expect(await queue('work').depth()).toEqual({ visible: 0, delayed: 1, invisible: 1 });
  expect(await bodies('work')).toEqual([]);
  await sqs.setClockOffset(MINUTE_MS + 1);
  expect(await bodies('work')).toEqual(['hidden']);
  await sqs.setClockOffset(2 * MINUTE_MS + 1);
  expect(await bodies('work')).toEqual(['delayed']);
});

test('a message is a dead letter after as many receipts as without a restart, and stays one', async () => {
  await queue('work').send('poison');
  await receive('work');
  await restart(MINUTE_MS + 1);
  await receive('work');
  await restart(2 * MINUTE_MS + 2);
  expect(await bodies('work')).toEqual([]);
  await restart(2 * MINUTE_MS + 2);
  expect(await bodies('dead')).toEqual(['poison']);
});

test('what was deleted stays away, and what was made visible at once comes again', async () => {
  await queue('work').send('done');
  await queue('work').delete(await receive('work'));
  await queue('work').send('again');
  const [message] = await receive('work');
  await call('work', 'ChangeMessageVisibility', { ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 });
  await restart();
  const received = await receive('work');
  expect(received.map(({ Body, Attributes }) => [Body, Attributes['ApproximateReceiveCount']])).toEqual([
    ['again', '2'],
  ]);
});

test('a queue takes the attributes of a changed template', async () => {
  await queue('work').send('patient');
  await provision(1);
  await receive('work');
  await sqs.setClockOffset(MINUTE_MS + 1);
  expect(await bodies('work')).toEqual([]);
  expect(await bodies('dead')).toEqual(['patient']);
});
