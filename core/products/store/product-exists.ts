import { productKey } from '../../keys.ts';
import type { Operation, Table } from '../../platform/dynamodb/table.ts';

/** The part of a transaction that requires a product. Nothing may be written to the partition of a deleted one. */
export const productExists = (table: Table, productId: string): Operation => ({
  ConditionCheck: {
    TableName: table.name,
    Key: productKey(productId),
    ConditionExpression: 'attribute_exists(pk)',
  },
});
