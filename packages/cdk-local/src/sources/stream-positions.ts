import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { replaceFile } from '../replace-file.ts';

const keptSchema = z.record(z.string(), z.string());

/** How far the mappings have come in their shards, as Lambda remembers it. */
export type StreamPositions = {
  /** Sequence number after which a mapping goes on; none where it has handled nothing. */
  after(place: string): string | undefined;
  /** All up to this sequence number has been handled. */
  handled(place: string, sequenceNumber: string): void;
};

/** With a file the positions are kept there; a kill loses at most the last, so that its records come twice. */
export const keepPositions = (file: string | undefined): StreamPositions => {
  const read = file !== undefined && existsSync(file) ? keptSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
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
