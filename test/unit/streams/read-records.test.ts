import { describe, expect, it } from 'vitest';
import { MAX_PAGES, readRange, type ShardReader } from '../../../core/streams/read-records.ts';
import type { DiscardedBatch } from '../../../core/streams/replay.ts';

const pointer: DiscardedBatch = {
  streamArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/gatebell/stream/2026-11-24T00:00:00.000',
  shardId: 'shardId-00000001573689847184-864758bb',
  startSequenceNumber: '800000000003126276362',
  endSequenceNumber: '800000000003126276365',
};

const record = (lastDigit: number) => ({ dynamodb: { SequenceNumber: `80000000000312627636${lastDigit}` } });

/** A shard whose pages have these last digits of sequence numbers. `open` has an iterator after its last page, too. */
const shard = (pages: readonly (readonly number[])[], open = false): ShardReader => ({
  openShard: async (from) => (from === pointer ? '0' : undefined),
  getRecords: async (iterator) => {
    const page = Number(iterator);
    const isLast = !open && page >= pages.length - 1;
    return { Records: (pages[page] ?? []).map(record), NextShardIterator: isLast ? undefined : String(page + 1) };
  },
});

const read = async (of: ShardReader) =>
  (await readRange(of, pointer)).map(({ dynamodb }) => Number(dynamodb?.SequenceNumber?.at(-1)));

describe('discarded records', () => {
  it.each([
    ['on one page', [[2, 3, 4, 5]]],
    ['on one page with later ones', [[2, 5, 6, 7]]],
    ['before and after an empty page', [[2, 3], [], [4, 5]]],
    ['after empty pages only', [[], [], [2, 5]]],
    ['up to where a later one begins', [[2, 3], [], [6]]],
  ])('are read %s', async (_where, pages) => {
    const wanted = pages.flat().filter((digit) => digit <= 5);
    expect(await read(shard(pages))).toEqual(wanted);
    expect(await read(shard(pages, true))).toEqual(wanted);
  });

  it.each([
    ['the shard ends before the last of them', shard([[2, 3], []])],
    ['the shard has nothing any more', shard([[]])],
    ['there is none where they should be', shard([[6, 7]])],
    ['an open shard shows nothing but empty pages', shard([[2, 3]], true)],
  ])('are not taken for complete where %s', async (_where, of) => {
    await expect(read(of)).rejects.toThrow('records of the discarded batch');
  });

  it('are looked for on a bounded number of pages', async () => {
    let pages = 0;
    const getRecords = async () => {
      pages += 1;
      return { Records: [], NextShardIterator: '0' };
    };
    await expect(read({ ...shard([]), getRecords })).rejects.toThrow(String(MAX_PAGES));
    expect(pages).toBe(MAX_PAGES);
  });
});
