import { z } from 'zod';
import { callAwsJson } from '../src/engines/aws-json.ts';
import type { InvokeResult } from '../src/lambda.ts';
import type { SourceDeps } from '../src/sources/event-source.ts';

/** Calls to the engines that tests of the local stack make. */

const Anything = z.looseObject({});
const Queue = z.object({ QueueUrl: z.string() });
export const REGION = 'eu-central-1';

export const queueArn = (name: string) => `arn:aws:sqs:${REGION}:000000000000:${name}`;

export async function createQueue(url: string, name: string, attributes: Record<string, string> = {}) {
  const body = { QueueName: name, Attributes: attributes };
  return (await callAwsJson({ url, target: 'AmazonSQS.CreateQueue', region: REGION, body, answer: Queue })).QueueUrl;
}

export function sendMessage(
  url: string,
  message: { QueueUrl: string; MessageBody: string; DelaySeconds?: number; MessageGroupId?: string },
) {
  return callAwsJson({ url, target: 'AmazonSQS.SendMessage', body: message, answer: Anything });
}

export async function createTable(url: string, name: string) {
  const dynamodb = (action: string, body: object) =>
    callAwsJson({ url, target: `DynamoDB_20120810.${action}`, body, answer: Anything });
  await dynamodb('CreateTable', {
    TableName: name,
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expires_at' };
  await dynamodb('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification });
}

export function putItem(url: string, TableName: string, Item: Record<string, Record<string, unknown>>) {
  return callAwsJson({ url, target: 'DynamoDB_20120810.PutItem', body: { TableName, Item }, answer: Anything });
}

/** A source's dependencies with a function that notes its events and answers what `behave` says. */
export function recordingFunction<T extends z.ZodType>(
  event: T,
  behave: (event: z.output<T>, invocation: number) => unknown,
) {
  const events: z.output<T>[] = [];
  const lines: string[] = [];
  const deps: SourceDeps = {
    async invoke(_functionId, given): Promise<InvokeResult> {
      // Lambda's event is JSON, whatever we pass around.
      const parsed = event.parse(JSON.parse(JSON.stringify(given)));
      events.push(parsed);
      try {
        return { kind: 'ok', payload: await behave(parsed, events.length) };
      } catch (error) {
        return { kind: 'error', errorType: 'Error', message: String(error) };
      }
    },
    now: () => new Date(),
    log: (line) => lines.push(line),
  };
  return { deps, events, lines };
}
