import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { regionOf } from './queue-event.ts';
import type { StreamRecord } from './stream-reader.ts';

/**
 * The record in the event that Lambda gives to a function.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export const streamEventRecord = (record: StreamRecord, streamArn: string) => {
  const { dynamodb } = record;
  return {
    // The engine only counts; on AWS these are unique over all streams.
    eventID: createHash('md5').update(`${streamArn} ${dynamodb.SequenceNumber}`).digest('hex'),
    eventName: record.eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: regionOf(streamArn),
    dynamodb,
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    ...(record.userIdentity ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } } : {}),
    eventSourceARN: streamArn,
  };
};

/**
 * True for a write that changed nothing. The engine puts it into the stream, DynamoDB does not.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export const changesNothing = ({ eventName, dynamodb: { OldImage, NewImage } }: StreamRecord): boolean =>
  eventName === 'MODIFY' && isDeepStrictEqual(withSortedSets(OldImage), withSortedSets(NewImage));

/** Sets have no order, but come as lists. */
const withSortedSets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withSortedSets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const isSet = ['SS', 'NS', 'BS'].includes(key) && Array.isArray(inner);
      return [key, isSet ? inner.toSorted() : withSortedSets(inner)];
    }),
  );
};

/** Which of `lanes` lanes takes the record. An item always has the same one, so that its records stay in order. */
export const laneOf = (record: StreamRecord, lanes: number): number => {
  const keys = Object.entries(record.dynamodb.Keys).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('md5').update(JSON.stringify(keys)).digest().readUInt32BE() % lanes;
};
