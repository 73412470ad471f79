import { expect, test } from 'vitest';
import type { AwsCall } from '../src/aws-proxy/aws-call.ts';
import { createStreamPages } from '../src/aws-proxy/stream-pages.ts';
import { createClock } from '../src/clock.ts';

const HOUR_MS = 3_600_000;
const call: AwsCall = { service: 'dynamodb', operation: 'GetRecords', requirements: [], itemsWritten: 0 };
const asked = Buffer.from(JSON.stringify({ ShardIterator: 'here' }));
const stamp = Math.floor(Date.now() / 1000);

const page = (stamps: readonly number[]) => {
  const Records = stamps.map((ApproximateCreationDateTime) => ({
    eventName: 'INSERT',
    dynamodb: { ApproximateCreationDateTime },
  }));
  const body = Buffer.from(JSON.stringify({ Records, NextShardIterator: 'next' }));
  return { status: 200, headers: { 'x-amz-crc32': '1', 'content-type': 'application/x-amz-json-1.0' }, body };
};

test('every second page is empty and leads to where it began, and no answer has the checksum of another', () => {
  const pages = createStreamPages(createClock());
  const answers = [1, 2, 3].map(() => pages(call, asked, page([stamp])));
  expect(answers.map(({ body }) => JSON.parse(body.toString()))).toMatchObject([
    { Records: [], NextShardIterator: 'here' },
    { Records: [{ eventName: 'INSERT' }], NextShardIterator: 'next' },
    { Records: [], NextShardIterator: 'here' },
  ]);
  for (const { headers } of answers) expect(headers).toEqual({ 'content-type': 'application/x-amz-json-1.0' });
});

test('records have the time of the stack, and leave the stream after 24 hours of it', () => {
  const clock = createClock();
  const pages = createStreamPages(clock);
  clock.move(23 * HOUR_MS);
  // The engine's timestamps are older by as much: it moves them when the clock moves.
  const moved = stamp - 23 * 3600;
  pages(call, asked, page([moved]));
  const { Records } = JSON.parse(pages(call, asked, page([moved])).body.toString());
  expect(Records[0].dynamodb.ApproximateCreationDateTime).toBe(stamp);
  clock.move(25 * HOUR_MS);
  const { status, body } = pages(call, asked, page([stamp - 25 * 3600, stamp]));
  expect([status, body.toString()]).toEqual([400, expect.stringContaining('TrimmedDataAccessException')]);
});

test('other answers pass as they are', () => {
  const answer = page([stamp]);
  const pages = createStreamPages(createClock());
  expect(pages({ ...call, operation: 'GetShardIterator' }, asked, answer)).toBe(answer);
  expect(pages(call, asked, { ...answer, status: 400 })).toMatchObject({ status: 400, body: answer.body });
});
