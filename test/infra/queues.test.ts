import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SynthesizedStack } from './synthesized-stack.ts';

const DAYS_14 = 14 * 24 * 3600;

const synthesized = new SynthesizedStack();
const queues = synthesized.all('AWS::SQS::Queue').map(({ name, properties }) => ({
  name,
  ...z
    .object({
      MessageRetentionPeriod: z.int(),
      SqsManagedSseEnabled: z.boolean(),
      VisibilityTimeout: z.int().optional(),
      RedrivePolicy: z.object({ deadLetterTargetArn: z.json(), maxReceiveCount: z.int() }).optional(),
    })
    .parse(properties),
}));

/** Queue → its consumer, and how often a message may be received. */
const CONSUMERS = {
  'DeliveryQueue/Messages': { lambda: 'Delivery/Dispatcher', maxReceiveCount: 60 },
  'Background/Queue/Messages': { lambda: 'Background/Background', maxReceiveCount: 60 },
  'Triggers/GateTriggerFailures/Messages': { lambda: 'Triggers/GateTrigger', maxReceiveCount: 70 },
  'Triggers/FanOutFailures/Messages': { lambda: 'Triggers/FanOut', maxReceiveCount: 70 },
} as const;

test('there are queues of deliveries, of jobs and of what each reader of the stream gave up, with their dead letters; and one for each topic', () => {
  expect(queues.map(({ name }) => name).toSorted()).toEqual([
    'AlarmTopic/Failures',
    'Background/Queue/DeadLetters',
    'Background/Queue/Messages',
    'DeliveryQueue/DeadLetters',
    'DeliveryQueue/Messages',
    'MailFeedback/Failures',
    'Triggers/FanOutFailures/DeadLetters',
    'Triggers/FanOutFailures/Messages',
    'Triggers/GateTriggerFailures/DeadLetters',
    'Triggers/GateTriggerFailures/Messages',
  ]);
});

describe.each(queues)('$name', (queue) => {
  test('keeps its messages for 14 days, encrypted', () => {
    expect(queue).toMatchObject({ MessageRetentionPeriod: DAYS_14, SqsManagedSseEnabled: true });
  });

  test('admits no one from outside the account but the topic whose dead letters it stores', () => {
    const { Statement } = z
      .object({ Statement: z.array(z.object({ Effect: z.string(), Principal: z.json() })) })
      .parse(synthesized.one('AWS::SQS::QueuePolicy', `${queue.name}/Policy`).properties['PolicyDocument']);
    const admitted = Statement.filter(({ Effect }) => Effect === 'Allow').map(({ Principal }) => Principal);
    const isOfTopic = ['AlarmTopic/Failures', 'MailFeedback/Failures'].includes(queue.name);
    expect(admitted).toEqual(isOfTopic ? [{ Service: 'sns.amazonaws.com' }] : []);
  });
});

describe.each(Object.entries(CONSUMERS))('%s', (name, { lambda, maxReceiveCount }) => {
  const queue = queues.find((candidate) => candidate.name === name);

  test('hides a message for six timeouts of its consumer', () => {
    const { Timeout } = z
      .object({ Timeout: z.int() })
      .parse(synthesized.one('AWS::Lambda::Function', lambda).properties);
    expect(queue?.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
  });

  test('keeps a message that Lambda received for hours without a free execution', () => {
    const hours = (Number(queue?.VisibilityTimeout) * maxReceiveCount) / 3600;
    expect(hours).toBeGreaterThanOrEqual(6);
  });

  test('shows a message whose consumer crashed again before an alarm that it raised can end', () => {
    // docs/adr/009-alarms-cant-loop.md
    expect(queue?.VisibilityTimeout).toBeLessThan(3600);
  });

  test('hands what can not be done to its dead letters', () => {
    expect(synthesized.text(queue?.RedrivePolicy?.deadLetterTargetArn)).toBe(
      `${name.replace('/Messages', '/DeadLetters')}.Arn`,
    );
    expect(queue?.RedrivePolicy?.maxReceiveCount).toBe(maxReceiveCount);
  });
});

test('every other queue is a last stop', () => {
  const last = queues.filter(({ name }) => !(name in CONSUMERS));
  expect(last.filter(({ RedrivePolicy }) => RedrivePolicy)).toEqual([]);
});
