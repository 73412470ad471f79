import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { GateState } from '../../gates/model.ts';
import { PRODUCT_LISTS, productIdOf, productKey } from '../../keys.ts';
import type { Page } from '../../platform/dynamodb/page.ts';
import { readFields } from '../../platform/dynamodb/read-fields.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import {
  indexOf,
  inOrder,
  isBefore,
  type ListEntry,
  type OrderName,
  type ProductFilter,
  type Sorted,
} from '../list.ts';
import { productSchema } from '../model.ts';

/** A part of a list: the entries after a position, found among `reach` products of each partition. */
export type ListRange = {
  readonly order: OrderName;
  readonly filter: ProductFilter;
  readonly after: string | null;
  readonly reach: number;
};

const PASSED = { passed: true, failed: false, none: null } as const satisfies Record<GateState, boolean | null>;

const conditionsOf = ({ name, gate }: ProductFilter): readonly string[] => [
  ...(name === '' ? [] : ['contains(searched_name, :name)']),
  ...(gate === null ? [] : ['security_gate_passed = :passed']),
];

const queryOf = (shard: string, { order, filter, after, reach }: ListRange) => {
  const { name, partitionKey, sortKey, isDescending } = indexOf(order);
  const conditions = conditionsOf(filter);
  return {
    IndexName: name,
    KeyConditionExpression: `#shard = :shard${after === null ? '' : ` AND #position ${isDescending ? '<' : '>'} :after`}`,
    ...(conditions.length > 0 && { FilterExpression: conditions.join(' AND ') }),
    ProjectionExpression: 'pk, #position',
    ExpressionAttributeNames: { '#shard': partitionKey, '#position': sortKey },
    ExpressionAttributeValues: {
      ':shard': shard,
      ...(after !== null && { ':after': after }),
      ...(filter.name !== '' && { ':name': filter.name }),
      ...(filter.gate !== null && { ':passed': PASSED[filter.gate] }),
    },
    ScanIndexForward: !isDescending,
    Limit: reach,
  };
};

const listShard = async (table: Table, shard: string, range: ListRange): Promise<Page<ListEntry>> => {
  const { sortKey } = indexOf(range.order);
  const query = { TableName: table.name, ...queryOf(shard, range) };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  const entries = Items.flatMap((item) => {
    const productId = productIdOf(String(item['pk']));
    return productId === null ? [] : [{ productId, position: String(item[sortKey]) }];
  });
  return { entries, next: LastEvaluatedKey === undefined ? null : String(LastEvaluatedKey[sortKey]) };
};

/**
 * Reads a list of all products from its index, which lags by a moment. `next` is the position up to which all partitions
 * were read; null at the end.
 */
export const listAllProducts = async (table: Table, range: ListRange): Promise<Page<ListEntry>> => {
  const pages = await Promise.all(PRODUCT_LISTS.map((shard) => listShard(table, shard, range)));
  const { order } = range;
  const ends = pages.flatMap(({ next }) => next ?? []);
  const end = ends.find((one) => ends.every((other) => !isBefore(order, other, one))) ?? null;
  const entries = pages.flatMap((page) => page.entries);
  const covered = entries.filter(({ position }) => end === null || !isBefore(order, end, position));
  return { entries: inOrder(order, covered), next: end };
};

const sortedSchema = z.pick(productSchema, { id: true, name: true, updated: true, security_gate_passed: true });

/** Reads what some products are found and sorted by, consistently, 100 in each request. */
export const readSorted = async (table: Table, productIds: readonly string[]): Promise<readonly Sorted[]> =>
  (await readFields(table, productIds.map(productKey), sortedSchema)).entities;
