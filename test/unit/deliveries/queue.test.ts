import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postpone, sendDeadLetters, sendDeliveries } from '../../../core/deliveries/queue.ts';
import { type Sqs, startSqs } from '../../../packages/cdk-local/src/engines/sqs.ts';

let sqs: Sqs;
let client: SQSClient;

beforeAll(async () => {
  sqs = await startSqs({ region: 'eu-central-1' });
  client = new SQSClient({
    endpoint: sqs.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  client.destroy();
  await sqs.stop();
});

let queues = 0;

const newQueue = async (): Promise<string> => {
  queues += 1;
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `queue-${queues}` }));
  return QueueUrl ?? '';
};

const receive = async (queueUrl: string) => {
  const request = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0, VisibilityTimeout: 30 };
  return (await client.send(new ReceiveMessageCommand(request))).Messages ?? [];
};

const messages = (count: number) =>
  Array.from({ length: count }, (_, position) => ({ notification_id: `N${position}`, delivery_id: 'slack' }));

describe('the delivery queue', () => {
  it('takes more than ten messages', async () => {
    const queueUrl = await newQueue();
    expect(await sendDeliveries(client, queueUrl)(messages(23))).toEqual(new Set());
    const bodies = [...(await receive(queueUrl)), ...(await receive(queueUrl)), ...(await receive(queueUrl))];
    expect(new Set(bodies.map(({ Body }) => Body))).toEqual(new Set(messages(23).map((body) => JSON.stringify(body))));
  });

  it('is left alone when there is nothing to send', async () => {
    expect(await sendDeliveries(client, 'http://127.0.0.1:1/nowhere')([])).toEqual(new Set());
  });

  it('hides each message for its own time', async () => {
    const queueUrl = await newQueue();
    await sendDeliveries(client, queueUrl)(messages(2));
    const received = await receive(queueUrl);
    expect(received).toHaveLength(2);
    const [now, later] = received.map(({ ReceiptHandle }) => ReceiptHandle ?? '');
    const rejected = await postpone(
      client,
      queueUrl,
    )([
      { receiptHandle: now ?? '', seconds: 0 },
      { receiptHandle: later ?? '', seconds: 39_600 },
    ]);
    expect(rejected).toEqual(new Set());
    expect((await receive(queueUrl)).map(({ Body }) => Body)).toEqual([received[0]?.Body]);
  });

  it('returns the messages that it rejected', async () => {
    const queueUrl = await newQueue();
    await sendDeliveries(client, queueUrl)(messages(1));
    const [received] = await receive(queueUrl);
    const rejected = await postpone(
      client,
      queueUrl,
    )([
      { receiptHandle: 'nonsense', seconds: 1 },
      { receiptHandle: received?.ReceiptHandle ?? '', seconds: 1 },
    ]);
    expect(rejected).toEqual(new Set([0]));
  });

  it('sends again what was not taken, and only that', async () => {
    const sent: (string | undefined)[][] = [];
    const flaky = new SQSClient({
      region: 'eu-central-1',
      endpoint: sqs.url,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const queueUrl = await newQueue();
    flaky.middlewareStack.add(
      (next) => async (call) => {
        const result = await next(call);
        const entries = 'Entries' in call.input ? (call.input.Entries ?? []) : [];
        sent.push(entries.map(({ Id }) => Id));
        if (sent.length > 1) return result;
        const failed = { Failed: [{ Id: '1', SenderFault: false, Code: 'ThrottlingException' }] };
        return { ...result, output: { ...result.output, ...failed } };
      },
      { step: 'initialize' },
    );
    expect(await sendDeadLetters(flaky, queueUrl)(messages(3).map((body) => ({ ...body, reason: 'x' })))).toEqual(
      new Set(),
    );
    expect(sent).toEqual([['0', '1', '2'], ['1']]);
    flaky.destroy();
  });
});
