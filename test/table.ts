import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { INDEX, TABLE } from '../functions/contract.ts';
import type { Table } from '../functions/store/table.ts';
import { startDynamodb } from '../local/engines/dynamodb.ts';

/** A table of the house's form on a DynamoDB engine of its own. */
export type TestTable = { readonly table: Table; readonly url: string; stop(): Promise<void> };

const key = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];

const indexes = Object.values(INDEX);

const attributes = new Set([
  TABLE.partitionKey,
  TABLE.sortKey,
  ...indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
]);

/** Starts an engine with an empty table of the keys and indexes that `functions/contract.ts` names. */
export const startTestTable = async (): Promise<TestTable> => {
  const engine = await startDynamodb({ sweepIntervalMs: 3_600_000, log: () => {} });
  const client = new DynamoDBClient({
    endpoint: engine.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const name = `test-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: key(TABLE.partitionKey, TABLE.sortKey),
      AttributeDefinitions: [...attributes].map((attribute) => ({ AttributeName: attribute, AttributeType: 'S' })),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: key(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: 'ALL' },
      })),
    }),
  );
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return {
    table: { client: documents, name, pause: async () => {} },
    url: engine.url,
    async stop() {
      client.destroy();
      await engine.stop();
    },
  };
};
