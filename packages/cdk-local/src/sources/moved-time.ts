import type { StreamReader, StreamRecord } from './stream-reader.ts';

/**
 * The same stream by the stack's clock. The engine stamps records by the machine's, and a move of the stack's makes those
 * that are there older (`ageStream`).
 */
export const inMovedTime = (reader: StreamReader, offsetMs: () => number): StreamReader => ({
  ...reader,
  async read(iterator, limit) {
    const { records, next } = await reader.read(iterator, limit);
    return { records: records.map((record) => later(record, Math.round(offsetMs() / 1000))), next };
  },
});

const later = (record: StreamRecord, seconds: number): StreamRecord => {
  const { ApproximateCreationDateTime: stamp } = record.dynamodb;
  return { ...record, dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: stamp + seconds } };
};
