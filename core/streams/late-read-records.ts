import type { ReplayDeps } from './replay.ts';

/** The client of the streams comes with the first record that was given up, out of a file of its own (ADR 026). */
export const readRecordsLate: ReplayDeps['readRecords'] = async (pointer) => {
  const { readRecords } = await import('./read-records.ts');
  return await readRecords(pointer);
};
