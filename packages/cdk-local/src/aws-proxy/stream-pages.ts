/** What DynamoDB Streams answers to `GetRecords`, where the engine answers otherwise. */
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { STREAM_RETENTION_SECONDS } from '../sources/stream-delivery.ts';
import type { AwsCall } from './aws-call.ts';
import type { EngineAnswer } from './forward.ts';
import { trimmed } from './refusal.ts';

/** Changes the engine's answer to a call of a function. */
export type StreamPages = (call: AwsCall, body: Buffer, answer: EngineAnswer) => EngineAnswer;

const askedSchema = z.object({ ShardIterator: z.string() });
const pageSchema = z.looseObject({
  Records: z.array(z.looseObject({ dynamodb: z.looseObject({ ApproximateCreationDateTime: z.number() }) })),
});

/**
 * Every second page of a shard, the first included, is an empty one that leads to where it began: DynamoDB may answer so
 * in the middle of a shard, and a reader that takes it for the end loses what follows. Records older than 24 hours by the
 * stack's clock have left the stream.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
 */
export const createStreamPages = (clock: Pick<Clock, 'now' | 'offsetMs'>): StreamPages => {
  let pages = 0;
  return (call, body, answer) => {
    if (call.operation !== 'GetRecords' || answer.status !== 200) return answer;
    const page = inTime(pageSchema.parse(JSON.parse(answer.body.toString())), clock);
    if (page === 'trimmed') return { ...trimmed(), body: Buffer.from(trimmed().body) };
    pages += 1;
    if (pages % 2 === 0) return withBody(answer, page);
    const { ShardIterator } = askedSchema.parse(JSON.parse(body.toString()));
    return withBody(answer, { Records: [], NextShardIterator: ShardIterator });
  };
};

/** The page by the stack's clock; the engine stamps records by the machine's. */
const inTime = (
  page: z.output<typeof pageSchema>,
  clock: Pick<Clock, 'now' | 'offsetMs'>,
): z.output<typeof pageSchema> | 'trimmed' => {
  const seconds = Math.round(clock.offsetMs() / 1000);
  const oldest = clock.now().getTime() / 1000 - STREAM_RETENTION_SECONDS;
  const Records = page.Records.map((record) => {
    const { ApproximateCreationDateTime: stamp } = record.dynamodb;
    return { ...record, dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: stamp + seconds } };
  });
  const isOld = Records.some(({ dynamodb }) => dynamodb.ApproximateCreationDateTime < oldest);
  return isOld ? 'trimmed' : { ...page, Records };
};

/** Without the checksum, which is that of the engine's body. */
const withBody = (answer: EngineAnswer, body: object): EngineAnswer => {
  const { 'x-amz-crc32': _ofEngine, ...headers } = answer.headers;
  return { ...answer, headers, body: Buffer.from(JSON.stringify(body)) };
};
