/** "Did you mean": the keys that a schema knows at a place, and the one that is closest to a wrong one. */
import * as z from 'zod';

type Schema = z.core.$ZodType;

/** The schemas that a value at this place may have: what wraps a schema is taken off, a union has several. */
const bare = (schema: Schema): readonly Schema[] => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return bare(schema.unwrap());
  if (schema instanceof z.ZodPipe) return bare(schema.in);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(bare);
  return [schema];
};

const inside = (schema: Schema, key: PropertyKey): readonly Schema[] => {
  if (schema instanceof z.ZodRecord) return bare(schema.valueType);
  if (!(schema instanceof z.ZodObject)) return [];
  const field: Schema | undefined = Object.hasOwn(schema.shape, key) ? schema.shape[String(key)] : undefined;
  return field === undefined ? [] : bare(field);
};

/** The keys that an object at this path may have. */
export const keysAt = (schema: Schema, path: readonly PropertyKey[]): readonly string[] => {
  const found = path.reduce(
    (schemas: readonly Schema[], key) => schemas.flatMap((each) => inside(each, key)),
    bare(schema),
  );
  return found.flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : []));
};

/** How many letters have to be added, left out, or changed to make one word of another (Levenshtein). */
const distance = (one: string, other: string): number => {
  let line = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...one.toLowerCase()].entries()) {
    const next = [row + 1];
    for (const [column, otherLetter] of [...other.toLowerCase()].entries()) {
      const changed = (line[column] ?? 0) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min((line[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1, changed));
    }
    line = next;
  }
  return line.at(-1) ?? 0;
};

/** The key that was probably meant: a third of its letters may differ. */
export const closest = (wrong: string, known: readonly string[]): string | undefined =>
  known
    .map((key) => ({ key, letters: distance(wrong, key) }))
    .filter(({ key, letters }) => letters <= Math.max(2, key.length / 3))
    .toSorted((one, other) => one.letters - other.letters)[0]?.key;
