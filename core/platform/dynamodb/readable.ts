import type { Key } from '../../keys.ts';
import type { Item, Table } from './table.ts';

/** What some items hold, in their order, without those that do not parse; and the keys of these. */
export type Readable<Entity> = { readonly entities: readonly Entity[]; readonly unreadable: readonly Key[] };

/** The key of an item. */
export const keyOf = (item: Item): Key => ({ pk: String(item['pk']), sk: String(item['sk']) });

/**
 * What items hold, each for itself: one that does not parse, by a bad restore or a rollback, is noted and left out. The items
 * have their keys.
 */
export const readEach = async <Entity>(
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
      await table.noteUnreadable(keyOf(item), error);
    }
  }
  return { entities, unreadable };
};

/** What an item holds; null where there is none, or where it does not parse, which is noted. */
export const readOne = async <Entity>(
  table: Table,
  item: Item | undefined,
  parse: (item: Item) => Entity,
): Promise<Entity | null> => (item === undefined ? null : ((await readEach(table, [item], parse)).entities[0] ?? null));
