import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wakeMessageSchema } from '../../../core/deliveries/delivery-message.ts';
import {
  MAX_DELAY_SECONDS,
  sendDeadLetters,
  sendHeartbeat,
  sendRetries,
  type Wake,
  wakeTargets,
} from '../../../core/deliveries/queue.ts';
import { targetName } from '../../../core/targets/target-record.ts';
import { type Sqs, startSqs } from '../../../packages/cdk-local/src/engines/sqs.ts';
import { NOW, someDelivery } from './some-delivery.ts';

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

const wakes = (count: number): Wake[] =>
  Array.from({ length: count }, (_, position) => ({ target: targetName('slack', `t${position}`) }));

const someDeliveries = (count: number) =>
  Array.from({ length: count }, (_, n) => someDelivery({ notification_id: `N${n}` }));

type Entry = { readonly [part in 'Id' | 'MessageGroupId']?: string | undefined } & {
  readonly DelaySeconds?: number | undefined;
};

/** A client whose requests are noted down, and of which SQS rejects some entries. */
const watched = (rejects: (request: number) => readonly string[] = () => []) => {
  const requests: (readonly Entry[])[] = [];
  const flaky = new SQSClient({
    region: 'eu-central-1',
    endpoint: sqs.url,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  flaky.middlewareStack.add(
    (next) => async (call) => {
      const result = await next(call);
      requests.push('Entries' in call.input ? (call.input.Entries ?? []) : []);
      const Failed = rejects(requests.length).map((Id) => ({ Id, SenderFault: false, Code: 'ThrottlingException' }));
      return { ...result, output: { ...result.output, Failed } };
    },
    { step: 'initialize' },
  );
  const ids = () => requests.map((entries) => entries.map(({ Id }) => Id));
  return { client: flaky, requests, ids };
};

describe('messages that wake targets', () => {
  it('may be more than ten, and name a target without its deliveries', async () => {
    const queueUrl = await newQueue();
    expect(await wakeTargets(client, queueUrl)(wakes(23))).toEqual(new Set());
    const received = [...(await receive(queueUrl)), ...(await receive(queueUrl)), ...(await receive(queueUrl))];
    const bodies = received.map(({ Body }) => wakeMessageSchema.parse(JSON.parse(Body ?? '')));
    expect(bodies.map(({ target }) => target).toSorted()).toEqual(
      wakes(23)
        .map(({ target }) => target)
        .toSorted(),
    );
  });

  it('name new deliveries by their ids alone, up to fifty', async () => {
    const queueUrl = await newQueue();
    const [wake] = wakes(1);
    if (wake === undefined) throw new Error('no wake');
    await wakeTargets(client, queueUrl)([{ ...wake, deliveries: someDeliveries(60) }]);
    const [received] = await receive(queueUrl);
    const ids = someDeliveries(50).map(({ notification_id, delivery_id }) => ({ notification_id, delivery_id }));
    expect(JSON.parse(received?.Body ?? '')).toEqual({ target: wake.target, deliveries: ids });
  });

  it('go to the group of their target, or the one that is named, so that a flood holds up no others', async () => {
    const queueUrl = await newQueue();
    const { client: noting, requests } = watched();
    const [one, other] = wakes(2);
    if (one === undefined || other === undefined) throw new Error('no wakes');
    await wakeTargets(noting, queueUrl)([one, { ...other, group: 'owner-p1' }]);
    expect(requests.flat().map(({ MessageGroupId }) => MessageGroupId)).toEqual([one.target, 'owner-p1']);
    noting.destroy();
  });

  it('come later, but no later than SQS can delay them', async () => {
    const queueUrl = await newQueue();
    const { client: noting, requests } = watched();
    const delays = [undefined, 30, MAX_DELAY_SECONDS + 1];
    const delayed = wakes(3).map((wake, position) => {
      const delaySeconds = delays[position];
      return delaySeconds === undefined ? wake : { ...wake, delaySeconds };
    });
    await wakeTargets(noting, queueUrl)(delayed);
    expect(requests.flat().map(({ DelaySeconds }) => DelaySeconds)).toEqual([0, 30, MAX_DELAY_SECONDS]);
    const bodies = (await receive(queueUrl)).map(({ Body }) => JSON.parse(Body ?? '').target);
    expect(bodies).toEqual([delayed[0]?.target]);
    noting.destroy();
  });

  it('are no request where there is nothing to send', async () => {
    expect(await wakeTargets(client, 'http://127.0.0.1:1/nowhere')([])).toEqual(new Set());
  });
});

const letters = (count: number) =>
  someDeliveries(count).map(({ notification_id, delivery_id }) => ({
    notification_id,
    delivery_id,
    retry_of: NOW.toISOString(),
    reason: 'x',
  }));

describe('a queue that rejects', () => {
  it('some messages gets those again, and only those', async () => {
    const queueUrl = await newQueue();
    const { client: flaky, ids } = watched((request) => (request === 1 ? ['1'] : []));
    expect(await sendDeadLetters(flaky, queueUrl)(letters(3))).toEqual(new Set());
    expect(ids()).toEqual([['0', '1', '2'], ['1']]);
    flaky.destroy();
  });

  it('a message three times rejects it for good: its position is returned', async () => {
    const queueUrl = await newQueue();
    const { client: flaky, ids } = watched(() => ['1']);
    expect(await wakeTargets(flaky, queueUrl)(wakes(3))).toEqual(new Set([1]));
    expect(ids()).toEqual([['0', '1', '2'], ['1'], ['1']]);
    flaky.destroy();
  });

  it.each([
    ['a restart', (of: SQSClient, queueUrl: string) => sendRetries(of, queueUrl)(letters(1))],
    [
      'a heartbeat',
      (of: SQSClient, queueUrl: string) => sendHeartbeat(of, queueUrl)({ heartbeat_at: NOW.toISOString() }),
    ],
  ])('%s fails who sent it', async (_, send) => {
    const queueUrl = await newQueue();
    const { client: flaky } = watched(() => ['0']);
    await expect(send(flaky, queueUrl)).rejects.toThrow('rejected');
    flaky.destroy();
  });
});
