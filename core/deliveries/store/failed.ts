import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { INDEX } from '../../contract.ts';
import { FAILED, parseDeliveryKey } from '../../keys.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import type { DeliveryRef } from '../model.ts';

const { failedDeliveries: INDEX_OF_FAILED } = INDEX;

const entrySchema = z.object({ pk: z.string(), sk: z.string(), settled_at: z.string() });

/** The name of a failed delivery, and when it failed, ISO 8601. */
type FailedRef = DeliveryRef & { readonly settled_at: string };

/** A page of failed deliveries, newest first. `next`: where the next one begins; null on the last. */
export type FailedPage = { readonly entries: readonly FailedRef[]; readonly next: string | null };

export type FailedRequest = {
  /** Failed since then, ISO 8601. */
  readonly since: string;
  /** Only those of a product; null: all. */
  readonly productId: string | null;
  readonly limit: number;
  readonly after: string | null;
};

const startSchema = z.record(z.string(), z.string());

/** Reads a page of failed deliveries. With a product it may have fewer than `limit` entries, even none, before the last. */
export const listFailed = async (
  table: Table,
  { since, productId, limit, after }: FailedRequest,
): Promise<FailedPage> => {
  const query = {
    TableName: table.name,
    IndexName: INDEX_OF_FAILED.name,
    KeyConditionExpression: `${INDEX_OF_FAILED.partitionKey} = :failed AND ${INDEX_OF_FAILED.sortKey} >= :since`,
    ...(productId !== null && { FilterExpression: 'product_id = :product' }),
    ExpressionAttributeValues: {
      ':failed': FAILED,
      ':since': since,
      ...(productId !== null && { ':product': productId }),
    },
    ScanIndexForward: false,
    Limit: limit,
    ...(after !== null && { ExclusiveStartKey: startSchema.parse(JSON.parse(after)) }),
  };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  const entries = Items.map((item) => entrySchema.parse(item)).flatMap(({ pk, sk, settled_at }) => {
    const ref = parseDeliveryKey({ pk, sk });
    return ref === null ? [] : [{ ...ref, settled_at }];
  });
  return { entries, next: LastEvaluatedKey === undefined ? null : JSON.stringify(LastEvaluatedKey) };
};
