import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { INDEX, LIST_ATTRIBUTES, TABLE, TIMELINE_ATTRIBUTES } from '../core/contract.ts';
import type { Table } from '../core/platform/dynamodb/table.ts';
import { startDynamodb } from '../packages/cdk-local/src/engines/dynamodb.ts';

/** A table with the keys and indexes of `core/contract.ts`, on a DynamoDB engine of its own. */
export type TestTable = {
  readonly table: Table;
  readonly url: string;
  /** One more, empty, on the same engine. */
  another(): Promise<Table>;
  stop(): Promise<void>;
};

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

const clientOf = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

/** A table at an engine that runs. */
export const openTable = (endpoint: string, name: string): Table => ({
  client: DynamoDBDocumentClient.from(clientOf(endpoint), { marshallOptions: { removeUndefinedValues: true } }),
  name,
  pause: async () => {},
  reportUnreadable: async () => {},
});

/** Starts an engine with an empty table of the keys and indexes that `core/contract.ts` names. */
export const startTestTable = async (): Promise<TestTable> => {
  const engine = await startDynamodb({ sweepIntervalMs: 3_600_000, log: () => {} });
  const client = clientOf(engine.url);
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const another = async (): Promise<Table> => {
    const name = `test-${randomUUID()}`;
    const table = { client: documents, name, pause: async () => {}, reportUnreadable: async () => {} };
    await createTable(table);
    return table;
  };
  return {
    table: await another(),
    url: engine.url,
    another,
    async stop() {
      client.destroy();
      await engine.stop();
    },
  };
};

/** What the template projects into each index; the tests of lib/table.ts see to that. */
export const PROJECTED: Record<string, readonly string[]> = {
  [INDEX.membersByUser.name]: ['role'],
  [INDEX.timeline.name]: TIMELINE_ATTRIBUTES,
  [INDEX.waiting.name]: ['sweeps'],
  [INDEX.failedDeliveries.name]: ['product_id', 'source'],
  [INDEX.productsByName.name]: LIST_ATTRIBUTES,
  [INDEX.productsByChange.name]: LIST_ATTRIBUTES,
  [INDEX.productsByCreation.name]: LIST_ATTRIBUTES,
};

/** The keys and indexes that `core/contract.ts` names. */
const tableSchema = (name: string) => ({
  TableName: name,
  KeySchema: key(TABLE.partitionKey, TABLE.sortKey),
  AttributeDefinitions: [...attributes].map((attribute) => ({
    AttributeName: attribute,
    AttributeType: 'S' as const,
  })),
  GlobalSecondaryIndexes: indexes.map((index) => ({
    IndexName: index.name,
    KeySchema: key(index.partitionKey, index.sortKey),
    Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...(PROJECTED[index.name] ?? [])] },
  })),
});

/** Makes a table that is opened, and not there yet. */
export const createTable = async ({ client, name }: Table): Promise<void> => {
  await client.send(new CreateTableCommand({ BillingMode: 'PAY_PER_REQUEST', ...tableSchema(name) }));
};
