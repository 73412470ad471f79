/** A list in parts of `size`; the last can be shorter. */
export const inChunks = <Entry>(entries: readonly Entry[], size: number): Entry[][] =>
  Array.from({ length: Math.ceil(entries.length / size) }, (_, chunk) =>
    entries.slice(chunk * size, (chunk + 1) * size),
  );
