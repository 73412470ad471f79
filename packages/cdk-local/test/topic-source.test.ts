import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Sqs, startSqs } from '../src/engines/sqs.ts';
import type { AsyncTarget } from '../src/sources/async-invoke.ts';
import { startScheduleSource } from '../src/sources/schedule-source.ts';
import { callQueue } from '../src/sources/sqs-calls.ts';
import { startTopicSource } from '../src/sources/topic-source.ts';
import { createQueue, REGION, recordingFunction } from './engine-calls.ts';
import { eventually } from './eventually.ts';

let sqs: Sqs;
beforeAll(async () => {
  sqs = await startSqs({ region: REGION });
});
afterAll(() => sqs.stop());

const topicArn = `arn:aws:sns:${REGION}:000000000000:alarms`;
const functionArn = `arn:aws:lambda:${REGION}:000000000000:function:fn`;
const subscriptionArn = `${topicArn}:5f0c1d2e`;
const boom = () => Promise.reject(new Error('boom'));

async function start(behave: () => unknown, target: Partial<AsyncTarget> = {}) {
  const { deps, events } = recordingFunction(z.looseObject({}), behave);
  const subscribers = [{ functionId: 'fn', functionArn, subscriptionArn, ...target }];
  const source = await startTopicSource([{ topicArn, subscribers }], { ...deps, sqsUrl: sqs.url });
  return { source, events };
}

const publish = (url: string, form: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(form) });

test('a published message comes as Lambda gives it', async () => {
  const { source, events } = await start(() => null);
  const response = await publish(source.url, {
    Action: 'Publish',
    TopicArn: topicArn,
    Message: '{"x":"ü&"}',
    Subject: 'S',
  });
  expect(response.status).toBe(200);
  const messageId = /<MessageId>([0-9a-f-]{36})<\/MessageId>/.exec(await response.text())?.[1];
  await eventually(async () => events.length === 1 && (await source.isIdle()), 'the event');
  expect(events).toEqual([
    {
      Records: [
        {
          EventVersion: '1.0',
          EventSubscriptionArn: subscriptionArn,
          EventSource: 'aws:sns',
          Sns: expect.objectContaining({
            Type: 'Notification',
            MessageId: messageId,
            TopicArn: topicArn,
            Subject: 'S',
            Message: '{"x":"ü&"}',
            MessageAttributes: {},
            Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
          }),
        },
      ],
    },
  ]);
  await source.stop();
});

test.each([
  ['an unknown topic', { Action: 'Publish', TopicArn: `${topicArn}-2`, Message: 'x' }, 404, 'NotFound'],
  ['no message', { Action: 'Publish', TopicArn: topicArn }, 400, 'InvalidParameter'],
  ['another action', { Action: 'ListTopics' }, 400, 'InvalidAction'],
])('%s is refused', async (_what, form, status, code) => {
  const { source, events } = await start(() => null);
  const response = await publish(source.url, form);
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(`<Code>${code}</Code>`);
  expect(events).toEqual([]);
  await source.stop();
});

test('a failed event is tried twice more, and then goes to the dead-letter queue', async () => {
  const queueUrl = await createQueue(sqs.url, 'dead');
  const { source, events } = await start(boom, { onFailure: { kind: 'dead-letter-queue', queueUrl } });
  source.publish({ topicArn, message: 'x' });
  await eventually(() => source.isIdle(), 'the end of the retries');
  expect(events).toHaveLength(3);
  const [dead] = await callQueue(sqs.url, queueUrl).receive({ count: 1, waitSeconds: 0 });
  expect(JSON.parse(dead?.Body ?? '')).toEqual(events[0]);
  expect(dead?.MessageAttributes['ErrorMessage']?.StringValue).toContain('boom');
  await source.stop();
});

test('or to the destination, with what happened', async () => {
  const queueUrl = await createQueue(sqs.url, 'destination');
  const onFailure = { kind: 'destination', queueUrl } as const;
  const { source, events } = await start(boom, { maximumRetryAttempts: 0, onFailure });
  source.publish({ topicArn, message: 'x' });
  await eventually(() => source.isIdle(), 'the end');
  const [record] = await callQueue(sqs.url, queueUrl).receive({ count: 1, waitSeconds: 0 });
  expect(JSON.parse(record?.Body ?? '')).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1, functionArn: `${functionArn}:$LATEST` },
    requestPayload: events[0],
    responsePayload: { errorType: 'Error', errorMessage: 'Error: boom' },
  });
  await source.stop();
});

test('an event that succeeds at the second try is tried no more', async () => {
  let calls = 0;
  const { source, events } = await start(() => (++calls === 1 ? boom() : null));
  source.publish({ topicArn, message: 'x' });
  await eventually(() => source.isIdle(), 'the success');
  expect(events).toHaveLength(2);
  await source.stop();
});

const ruleArn = `arn:aws:events:${REGION}:000000000000:rule/nightly`;
const rule = { arn: ruleArn, kind: 'rule', expression: 'rate(1 day)', functionId: 'fn', functionArn } as const;

test('a schedule can be triggered, with the standard event or its input', async () => {
  const { deps, events } = recordingFunction(z.looseObject({}), () => null);
  const source = startScheduleSource(rule, { ...deps, sqsUrl: sqs.url });
  await source.trigger();
  expect(events[0]).toMatchObject({
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    region: REGION,
    resources: [ruleArn],
    detail: {},
  });
  await source.stop();
  const withInput = startScheduleSource({ ...rule, input: { kind: 'x' } }, { ...deps, sqsUrl: sqs.url });
  await withInput.trigger();
  expect(events[1]).toEqual({ kind: 'x' });
  await withInput.stop();
});

test.each(['cron(0 12 * * ? *)', 'at(2026-01-01T00:00:00)', 'rate(0 minutes)', 'rate(5 seconds)', 'rate(x)'])(
  'a schedule of %s does not start',
  (expression) => {
    const { deps } = recordingFunction(z.looseObject({}), () => null);
    expect(() => startScheduleSource({ ...rule, expression }, { ...deps, sqsUrl: sqs.url })).toThrow(expression);
  },
);
