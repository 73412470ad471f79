import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { replaceFile } from '../replace-file.ts';

const storedPositionsSchema = z.record(z.string(), z.string());

/** The position of each event source mapping in each shard, as Lambda stores it. */
export type StreamPositions = {
  /** Sequence number after which a mapping goes on; none where it has handled nothing. */
  after(place: string): string | undefined;
  /** Stores that all records up to this one were handled. */
  handled(place: string, sequenceNumber: string): void;
};

/** With a file, stores the positions there; a kill loses at most the last, so that its records are delivered twice. */
export const storedPositions = (file: string | undefined): StreamPositions => {
  const read =
    file !== undefined && existsSync(file) ? storedPositionsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const places = new Map(Object.entries(read));
  return {
    after: (place) => places.get(place),
    handled: (place, sequenceNumber) => {
      if (places.get(place) === sequenceNumber) return;
      places.set(place, sequenceNumber);
      if (file !== undefined) replaceFile(file, Object.fromEntries(places));
    },
  };
};
