import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';

/** What answers of reads tell of the items that were read for them. */
const Answer = z.looseObject({
  Item: z.unknown().optional(),
  ScannedCount: z.number().optional(),
  Responses: z.record(z.string(), z.array(z.unknown())).optional(),
});

export type Reads = { readonly requests: number; readonly items: number };

const itemsIn = (output: unknown): number => {
  const { Item, ScannedCount, Responses } = Answer.parse(output);
  if (ScannedCount !== undefined) return ScannedCount;
  if (Responses !== undefined) return Object.values(Responses).reduce((sum, items) => sum + items.length, 0);
  return Item === undefined ? 0 : 1;
};

/** Counts the requests of a client and the items that DynamoDB read for them: of a query, those that it looked at. */
export const countReads = (client: DynamoDBDocumentClient): { take(): Reads } => {
  let reads = { requests: 0, items: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      reads = { requests: reads.requests + 1, items: reads.items + itemsIn(result.output) };
      return result;
    },
    { step: 'initialize', name: 'countReads' },
  );
  return {
    take() {
      const taken = reads;
      reads = { requests: 0, items: 0 };
      return taken;
    },
  };
};
