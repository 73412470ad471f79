/** Maps a value that is neither an object nor a list. `field` is the name of its field, or empty. */
type MapLeaf = (leaf: unknown, field: string) => unknown;

const asIs: MapLeaf = (leaf) => leaf;

/**
 * JSON text with sorted keys, so that equal values give equal texts. `mapLeaf` is applied to each value that is neither an
 * object nor a list, and to each field name. Recursive: only for values of bounded depth.
 */
export const canonicalJson = (value: unknown, mapLeaf: MapLeaf = asIs, field = ''): string => {
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry, mapLeaf, field)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(mapLeaf(value, field)) ?? 'null';
  const fields = Object.entries(value).map(
    ([name, entry]) => `${JSON.stringify(mapLeaf(name, ''))}:${canonicalJson(entry, mapLeaf, name)}`,
  );
  return `{${fields.toSorted().join(',')}}`;
};
