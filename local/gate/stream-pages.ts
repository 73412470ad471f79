/** What DynamoDB Streams answers to `GetRecords`, where the engine answers otherwise. */
import { z } from 'zod';
import type { AwsCall } from './aws-call.ts';
import type { EngineAnswer } from './forward.ts';

/** Changes the engine's answer to a call of a function. */
export type StreamPages = (call: AwsCall, body: Buffer, answer: EngineAnswer) => EngineAnswer;

const Asked = z.object({ ShardIterator: z.string() });

/**
 * Every second page of a shard, the first included, is an empty one that leads to where it began: DynamoDB may answer so
 * in the middle of a shard, and a reader that takes it for the end loses what follows.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
 */
export function createStreamPages(): StreamPages {
  let pages = 0;
  return (call, body, answer) => {
    if (call.operation !== 'GetRecords' || answer.status !== 200) return answer;
    pages += 1;
    if (pages % 2 === 0) return answer;
    const { ShardIterator } = Asked.parse(JSON.parse(body.toString()));
    const empty = Buffer.from(JSON.stringify({ Records: [], NextShardIterator: ShardIterator }));
    return { ...answer, headers: headersFor(answer), body: empty };
  };
}

/** Without the checksum, which is that of the engine's body. */
function headersFor({ headers }: EngineAnswer): EngineAnswer['headers'] {
  const { 'x-amz-crc32': _ofEngine, ...others } = headers;
  return others;
}
