import * as z from 'zod/mini';
import { INDEX } from '../contract.ts';
import { type GateState, gateStateOf } from '../gates/model.ts';
import { listAttributes } from '../keys.ts';
import { type Product, searchedName } from './model.ts';

type Order = {
  readonly index: 'productsByName' | 'productsByChange' | 'productsByCreation';
  readonly isDescending: boolean;
};

/** The orders of products, as the API names them. */
const ORDER_NAMES = ['name', '-name', 'updated', '-updated', 'created', '-created'] as const;
export const orderSchema = z.enum(ORDER_NAMES, `Must be one of ${ORDER_NAMES.join(', ')}`);
export type OrderName = z.infer<typeof orderSchema>;

const ORDERS: Readonly<Record<OrderName, Order>> = {
  name: { index: 'productsByName', isDescending: false },
  '-name': { index: 'productsByName', isDescending: true },
  updated: { index: 'productsByChange', isDescending: false },
  '-updated': { index: 'productsByChange', isDescending: true },
  created: { index: 'productsByCreation', isDescending: false },
  '-created': { index: 'productsByCreation', isDescending: true },
};

/** Whether products are in the order of their ids. */
export const isByCreation = (order: OrderName): boolean => ORDERS[order].index === 'productsByCreation';

/** The index in an order, and the direction to read it in. */
export const indexOf = (order: OrderName) => ({ ...INDEX[ORDERS[order].index], ...ORDERS[order] });

/** What a list is narrowed to: names that contain a text as `searchedName` makes it, and a gate; null leaves it open. */
export type ProductFilter = { readonly name: string; readonly gate: GateState | null };

export const isNarrowed = ({ name, gate }: ProductFilter): boolean => name !== '' || gate !== null;

/** What a product is found and sorted by. */
export type Sorted = Pick<Product, 'id' | 'name' | 'updated' | 'security_gate_passed'>;

export const passes = (
  filter: ProductFilter,
  { name, security_gate_passed }: Pick<Sorted, 'name' | 'security_gate_passed'>,
) =>
  searchedName(name).includes(filter.name) &&
  (filter.gate === null || filter.gate === gateStateOf(security_gate_passed));

/** The place of a product in a list, before the product is read. Positions are unique, and sort as texts. */
export type ListEntry = { readonly productId: string; readonly position: string };

/** The place of a product in an order. */
export const entryOf = (order: OrderName, { id, name, updated }: Sorted): ListEntry => ({
  productId: id,
  position: { id, ...listAttributes({ id, name, updated }) }[indexOf(order).sortKey],
});

/** Compares positions as the index does: by their bytes in UTF-8. */
const compare = (order: OrderName, one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other)) * (ORDERS[order].isDescending ? -1 : 1);

export const isBefore = (order: OrderName, one: string, other: string): boolean => compare(order, one, other) < 0;

export const inOrder = (order: OrderName, entries: readonly ListEntry[]): readonly ListEntry[] =>
  entries.toSorted((one, other) => compare(order, one.position, other.position));
