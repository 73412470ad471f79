import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectSqs, sendDeadLetters } from '../../../core/deliveries/queue.ts';
import { connectJobQueue } from '../../../core/jobs/queue.ts';
import { boundedRequests } from '../../../core/platform/bounded-requests.ts';
import { connectTable } from '../../../core/platform/dynamodb/table.ts';
import { type Listening, listen } from '../../../packages/cdk-local/src/listen.ts';

/** Takes requests and never answers. */
let silent: Listening;

beforeEach(async () => {
  silent = await listen(() => {});
  vi.stubEnv('AWS_ENDPOINT_URL', silent.url);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await silent.stop();
});

const short = boundedRequests(20);
const letter = { notification_id: 'n', delivery_id: 'd', retry_of: '2026-12-02T14:06:00.000Z', reason: 'gone' };
const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  'of the table': () => {
    const table = connectTable('table', short);
    return table.client.send(new GetCommand({ TableName: table.name, Key: { pk: 'a', sk: 'b' } }));
  },
  'of the delivery queue': () => sendDeadLetters(connectSqs(short), `${silent.url}/letters`)([letter]),
  'of the job queue': () => connectJobQueue(`${silent.url}/jobs`, short)([{ kind: 'clean-up', product_id: 'p' }]),
};

describe('a call that AWS never answers', () => {
  it.each(Object.entries(calls))('%s is tried four times, then fails', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'TimeoutError', $metadata: { attempts: 4 } });
  });
});
