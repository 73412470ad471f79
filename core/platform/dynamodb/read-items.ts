import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Key } from '../../keys.ts';
import { unavailable } from '../unavailable.ts';
import { type Item, MAX_TRIES, type Table } from './table.ts';

/** Most keys of one BatchGetItem (API reference). */
const KEYS_PER_REQUEST = 100;

const textOf = (pk: unknown, sk: unknown): string => `${pk} ${sk}`;

const readChunk = async (table: Table, keys: readonly Key[], attributes?: readonly string[]): Promise<Item[]> => {
  const found: Item[] = [];
  const names =
    attributes && Object.fromEntries(['pk', 'sk', ...attributes].map((name, position) => [`#${position}`, name]));
  let pending: Record<string, unknown>[] = [...keys];
  for (let attempt = 1; pending.length > 0; attempt += 1) {
    if (attempt > MAX_TRIES)
      throw unavailable('table', `BatchGetItem left ${pending.length} keys unprocessed after ${MAX_TRIES} attempts`);
    if (attempt > 1) await table.pause(attempt);
    const request = {
      Keys: pending,
      ConsistentRead: true,
      ...(names && { ExpressionAttributeNames: names, ProjectionExpression: Object.keys(names).join(', ') }),
    };
    const answer = await table.client.send(new BatchGetCommand({ RequestItems: { [table.name]: request } }));
    found.push(...(answer.Responses?.[table.name] ?? []));
    pending = answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
  }
  return found;
};

/** Finds an item by its key among those that were read; undefined if it doesn't exist. */
export type FindItem = (key: Key) => Item | undefined;

/** The items at some keys, in their order, without those that don't exist. */
export const itemsAt = (keys: readonly Key[], find: FindItem): Item[] =>
  keys.map(find).filter((item) => item !== undefined);

/**
 * Reads items by their keys with consistent reads, up to 100 in each request, and returns a lookup by key. Keys may repeat.
 * `attributes` limits what is read of each item, beside its keys.
 */
export const readItems = async (
  table: Table,
  keys: readonly Key[],
  attributes?: readonly string[],
): Promise<FindItem> => {
  const distinct = [...new Map(keys.map((key) => [textOf(key.pk, key.sk), key])).values()];
  const items = new Map<string, Item>();
  for (let start = 0; start < distinct.length; start += KEYS_PER_REQUEST) {
    const chunk = await readChunk(table, distinct.slice(start, start + KEYS_PER_REQUEST), attributes);
    for (const item of chunk) items.set(textOf(item['pk'], item['sk']), item);
  }
  return ({ pk, sk }) => items.get(textOf(pk, sk));
};
