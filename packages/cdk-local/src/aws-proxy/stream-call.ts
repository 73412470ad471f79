/** Calls to DynamoDB Streams, whose ARNs differ between the template and the engine. */
import { z } from 'zod';
import type { AwsCall, AwsRequest } from './aws-call.ts';

/** ARNs of streams in the template, and what the engine calls them. */
export type Streams = ReadonlyMap<string, string>;

const bodySchema = z.object({ StreamArn: z.string().optional() });

const TARGET = 'DynamoDBStreams_20120810.';

export const isStreamCall = (target: string | undefined): boolean => target?.startsWith(TARGET) ?? false;

/** An iterator names its stream as well, but only AWS can read that: locally it counts for any stream of the stack. */
export const streamCall = ({ target, body }: AwsRequest, streams: Streams): AwsCall => {
  const operation = target?.slice(TARGET.length) ?? '';
  const { StreamArn } = bodySchema.parse(JSON.parse(body.toString() || '{}'));
  const resources = StreamArn === undefined ? [...streams.keys()] : [StreamArn];
  return {
    service: 'dynamodb',
    operation,
    requirements: [{ action: `dynamodb:${operation}`, resources }],
    itemsWritten: 0,
  };
};

/** The body of a call in the engine's names; of another call than to the streams, as it came. */
export const inNamesOfEngine = (target: unknown, body: Buffer, streams: Streams): Buffer => {
  if (typeof target !== 'string' || !isStreamCall(target)) return body;
  let text = body.toString();
  for (const [declared, engine] of streams) text = text.replaceAll(declared, engine);
  return Buffer.from(text);
};
