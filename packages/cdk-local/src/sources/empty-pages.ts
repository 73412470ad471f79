import type { StreamReader } from './stream-reader.ts';

const EVERY = 10;

/**
 * The same stream, but every tenth page that has records, the first included, comes empty and leads to where it began:
 * DynamoDB may answer an empty page in the middle of a shard. Never two in a row.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
 */
export const withEmptyPages = (reader: StreamReader): StreamReader => {
  let full = 0;
  return {
    ...reader,
    async read(iterator, limit) {
      const page = await reader.read(iterator, limit);
      if (page.records.length === 0) return page;
      full += 1;
      return full % EVERY === 1 ? { records: [], next: iterator } : page;
    },
  };
};
