import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { PRODUCT_INDEX, productIndexKey } from '../../keys.ts';
import type { Page, PageRequest } from '../../platform/dynamodb/page.ts';
import type { Table } from '../../platform/dynamodb/table.ts';

const entrySchema = z.object({ sk: z.string() });

/** A stretch of the catalogue: up to and with `upTo`. A request holds 1 MB, some 10,000 ids. */
export type Stretch = PageRequest & { readonly upTo: string | null };

/** The ids of all products in order of creation, read consistently: every product created before is in it. */
export const listProductIds = async (table: Table, { after, upTo, limit }: Stretch): Promise<Page<string>> => {
  const query = {
    TableName: table.name,
    KeyConditionExpression: upTo === null ? 'pk = :catalogue' : 'pk = :catalogue AND sk <= :upTo',
    ExpressionAttributeValues: { ':catalogue': PRODUCT_INDEX, ...(upTo === null ? {} : { ':upTo': upTo }) },
    ConsistentRead: true,
    Limit: limit,
    ...(after === null ? {} : { ExclusiveStartKey: productIndexKey(after) }),
  };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  const entries = Items.map((item) => entrySchema.parse(item).sk);
  const last = entries.at(-1) ?? null;
  // A page that ends with its limit has a next one to DynamoDB, even where the stretch ends there, too.
  return { entries, next: LastEvaluatedKey === undefined || last === upTo ? null : last };
};
