import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../core/platform/dynamodb/table.ts';

/** Most writes of one BatchWriteItem (API reference), and requests that are under way at a time. */
const BATCH = 25;
const WRITERS = 8;

type Target = { readonly client: DynamoDBDocumentClient; readonly name: string };

const writeBatch = async ({ client, name }: Target, items: readonly Item[]): Promise<void> => {
  let pending = items.map((item) => ({ PutRequest: { Item: item } }));
  while (pending.length > 0) {
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [name]: pending } }));
    const left = UnprocessedItems?.[name] ?? [];
    pending = left.flatMap(({ PutRequest }) =>
      PutRequest?.Item === undefined ? [] : [{ PutRequest: { Item: PutRequest.Item } }],
    );
  }
};

const batches = function* (items: Iterator<Item>): Generator<Item[]> {
  for (;;) {
    const batch: Item[] = [];
    while (batch.length < BATCH) {
      const next = items.next();
      if (next.done) break;
      batch.push(next.value);
    }
    if (batch.length === 0) return;
    yield batch;
  }
};

/** Writes items as fast as the engine accepts them, and returns how many. Each is created when it is written. */
export const writeItems = async (
  target: Target,
  items: Iterator<Item>,
  progress: (written: number) => void = () => {},
): Promise<number> => {
  let written = 0;
  const queue = batches(items);
  const writer = async () => {
    for (const batch of queue) {
      await writeBatch(target, batch);
      written += batch.length;
      progress(written);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return written;
};
