import { z } from 'zod';

const batchSchema = z.object({ Responses: z.record(z.string(), z.array(z.unknown())) });
const transactionSchema = z.object({ Responses: z.array(z.object({ Item: z.unknown().optional() })) });

/**
 * How many items DynamoDB read for an answer. Queries and scans: those examined, as DynamoDB charges for them. The counts are
 * taken from the text: inside a value the quotes would be escaped, so this can't hit anything else, and parsing a page would cost more than the call.
 */
export const itemsRead = (operation: string, body: Buffer): number => {
  switch (operation) {
    case 'GetItem':
      return body.includes('"Item":') ? 1 : 0;
    case 'Query':
    case 'Scan':
      return Number(/"ScannedCount":\s*(\d+)/.exec(body.toString())?.[1] ?? 0);
    case 'BatchGetItem': {
      const batch = batchSchema.safeParse(JSON.parse(body.toString()));
      return batch.success ? Object.values(batch.data.Responses).reduce((sum, items) => sum + items.length, 0) : 0;
    }
    case 'TransactGetItems': {
      const transaction = transactionSchema.safeParse(JSON.parse(body.toString()));
      return transaction.success ? transaction.data.Responses.filter(({ Item }) => Item !== undefined).length : 0;
    }
    default:
      return 0;
  }
};
