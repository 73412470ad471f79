import type { Key } from '../../keys.ts';
import type { Item, Table } from './table.ts';

/** Parsed items in their order, and the keys of those that can't be parsed. */
export type Readable<Entity> = { readonly entities: readonly Entity[]; readonly unreadable: readonly Key[] };

/** The key of an item. */
export const keyOf = (item: Item): Key => ({ pk: String(item['pk']), sk: String(item['sk']) });

/**
 * Parses items. One that can't be parsed, after a bad restore or a rollback, is reported and skipped. The items include their
 * keys.
 */
export const parseEach = async <Entity>(
  table: Table,
  items: readonly Item[],
  parse: (item: Item) => Entity,
): Promise<Readable<Entity>> => {
  const entities: Entity[] = [];
  const unreadable: Key[] = [];
  for (const item of items) {
    try {
      entities.push(parse(item));
    } catch (error) {
      unreadable.push(keyOf(item));
      await table.reportUnreadable(keyOf(item), error);
    }
  }
  return { entities, unreadable };
};

/** Parses an item; null if there is none, or if it can't be parsed, which is reported. */
export const parseOne = async <Entity>(
  table: Table,
  item: Item | undefined,
  parse: (item: Item) => Entity,
): Promise<Entity | null> =>
  item === undefined ? null : ((await parseEach(table, [item], parse)).entities[0] ?? null);
