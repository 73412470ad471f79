import type { ReplayDeps } from './replay.ts';

/** Loads the streams client with the first discarded batch, from a file of its own (docs/adr/026-keep-bundles-small.md). */
export const readRecordsLate: ReplayDeps['readRecords'] = async (pointer) => {
  const { readRecords } = await import('./read-records.ts');
  return await readRecords(pointer);
};
