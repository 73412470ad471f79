import { z } from 'zod';
import { AwsJsonError, callAwsJson } from './engines/aws-json.ts';
import type { QueueDefinition } from './template/read-queues.ts';
import type { TableDefinition } from './template/read-tables.ts';

const anythingSchema = z.object({});

/** Creates the tables of the template. An existing one, made by an earlier start with the same folder, stays. */
export const provisionTables = async (tables: readonly TableDefinition[], dynamodbUrl: string): Promise<void> => {
  const created = tables.filter(({ isImported }) => !isImported);
  await Promise.all(created.map((table) => provisionTable(table, dynamodbUrl)));
};

const provisionTable = async (table: TableDefinition, url: string): Promise<void> => {
  const call = (operation: string, body: object) =>
    callAwsJson({ url, target: `DynamoDB_20120810.${operation}`, body, answer: anythingSchema });
  const list = <T>(items: readonly T[]) => (items.length === 0 ? undefined : items);
  try {
    await call('CreateTable', {
      TableName: table.name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: table.AttributeDefinitions,
      KeySchema: table.KeySchema,
      GlobalSecondaryIndexes: list(table.GlobalSecondaryIndexes),
      LocalSecondaryIndexes: list(table.LocalSecondaryIndexes),
      StreamSpecification: table.StreamSpecification && { StreamEnabled: true, ...table.StreamSpecification },
    });
  } catch (error) {
    if (error instanceof AwsJsonError && error.type === 'ResourceInUseException') return;
    throw error;
  }
  const ttl = table.TimeToLiveSpecification;
  if (ttl?.Enabled) await call('UpdateTimeToLive', { TableName: table.name, TimeToLiveSpecification: ttl });
};

/**
 * Creates the queues of the template, dead-letter queues first. An existing one keeps its messages and gets the
 * template's attributes.
 */
export const provisionQueues = async (
  queues: readonly QueueDefinition[],
  { sqsUrl, region }: { readonly sqsUrl: string; readonly region: string },
): Promise<void> => {
  const call = <T extends z.ZodType>(operation: string, body: object, answer: T) =>
    callAwsJson({ url: sqsUrl, region, target: `AmazonSQS.${operation}`, body, answer });
  for (const queue of queues) {
    const { QueueUrls } = await call('ListQueues', { QueueNamePrefix: queue.name }, listedSchema);
    const QueueUrl = QueueUrls.find((url) => url.endsWith(`/${queue.name}`));
    const Attributes = attributesOf(queue);
    if (QueueUrl === undefined) await call('CreateQueue', { QueueName: queue.name, Attributes }, anythingSchema);
    else await call('SetQueueAttributes', { QueueUrl, Attributes }, anythingSchema);
  }
};

const listedSchema = z.object({ QueueUrls: z.array(z.string()).default([]) });

const attributesOf = (queue: QueueDefinition): Readonly<Record<string, string>> => {
  const attributes = {
    DelaySeconds: queue.DelaySeconds,
    MaximumMessageSize: queue.MaximumMessageSize,
    MessageRetentionPeriod: queue.MessageRetentionPeriod,
    ReceiveMessageWaitTimeSeconds: queue.ReceiveMessageWaitTimeSeconds,
    VisibilityTimeout: queue.VisibilityTimeout,
    RedrivePolicy: queue.RedrivePolicy && JSON.stringify(queue.RedrivePolicy),
  };
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
};
