import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { PRODUCT_INDEX, productIndexKey } from '../../keys.ts';
import type { Page, PageRequest } from '../../platform/dynamodb/page.ts';
import type { Table } from '../../platform/dynamodb/table.ts';

const entrySchema = z.object({ sk: z.string() });

/** A range of the product index, up to and including `upTo`. A request reads 1 MB, about 10,000 ids. */
export type ProductRange = PageRequest & { readonly upTo: string | null };

/** The ids of all products in order of creation, read consistently: it includes every product created before. */
export const listProductIds = async (table: Table, { after, upTo, limit }: ProductRange): Promise<Page<string>> => {
  const query = {
    TableName: table.name,
    KeyConditionExpression: upTo === null ? 'pk = :index' : 'pk = :index AND sk <= :upTo',
    ExpressionAttributeValues: { ':index': PRODUCT_INDEX, ...(upTo === null ? {} : { ':upTo': upTo }) },
    ConsistentRead: true,
    Limit: limit,
    ...(after === null ? {} : { ExclusiveStartKey: productIndexKey(after) }),
  };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  const entries = Items.map((item) => entrySchema.parse(item).sk);
  const last = entries.at(-1) ?? null;
  // DynamoDB returns a next page if this one ends at its limit, even if the range ends there, too.
  return { entries, next: LastEvaluatedKey === undefined || last === upTo ? null : last };
};
