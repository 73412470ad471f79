import { z } from 'zod';
import { INDEX, TABLE } from '../../core/contract.ts';
import { PROJECTED } from '../../test/table.ts';

/** What DynamoDB stores of an item in the table and in the indexes, in bytes. */
export type Stored = { readonly table: number; readonly indexes: number };

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
const OVERHEAD = 100;

const textSchema = z.object({ S: z.string() });
const numberSchema = z.object({ N: z.string() });
const listSchema = z.object({ L: z.array(z.unknown()) });
const mapSchema = z.object({ M: z.record(z.string(), z.unknown()) });
const singleSchema = z.union([z.object({ BOOL: z.boolean() }), z.object({ NULL: z.boolean() })]);
const valueSchema = z.union([textSchema, numberSchema, listSchema, mapSchema, singleSchema]);

const bytesOf = (text: string): number => Buffer.byteLength(text);
const sumOf = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);

/** A byte for two significant digits, and one more; another for a sign. */
const numberSize = (text: string): number =>
  Math.ceil(text.replace(/^-/, '').replace('.', '').length / 2) + 1 + (text.startsWith('-') ? 1 : 0);

const valueSize = (value: unknown): number => {
  const parsed = valueSchema.parse(value);
  if ('S' in parsed) return bytesOf(parsed.S);
  if ('N' in parsed) return numberSize(parsed.N);
  if ('L' in parsed) return 3 + sumOf(parsed.L.map((entry) => 1 + valueSize(entry)));
  if ('M' in parsed) return 3 + Object.keys(parsed.M).length + attributesSize(parsed.M);
  return 1;
};

const attributesSize = (attributes: Readonly<Record<string, unknown>>): number =>
  sumOf(Object.entries(attributes).map(([name, value]) => bytesOf(name) + valueSize(value)));

const pick = (item: Readonly<Record<string, unknown>>, names: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(names.filter((name) => name in item).map((name) => [name, item[name]]));

const indexSize = (item: Readonly<Record<string, unknown>>, index: (typeof INDEX)[keyof typeof INDEX]): number => {
  if (!(index.partitionKey in item && index.sortKey in item)) return 0;
  const names = [
    TABLE.partitionKey,
    TABLE.sortKey,
    index.partitionKey,
    index.sortKey,
    ...(PROJECTED[index.name] ?? []),
  ];
  return OVERHEAD + attributesSize(pick(item, [...new Set(names)]));
};

/** The sizes of items as the engine gives them. */
export const storedSize = (items: readonly Readonly<Record<string, unknown>>[]): Stored => ({
  table: sumOf(items.map((item) => OVERHEAD + attributesSize(item))),
  indexes: sumOf(items.flatMap((item) => Object.values(INDEX).map((index) => indexSize(item, index)))),
});
