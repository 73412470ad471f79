import { z } from 'zod';
import { AwsJsonError, callAwsJson } from './aws-json.ts';
import { whileExpired } from './stream-file.ts';

const tablesSchema = z.object({ TableNames: z.array(z.string()) });
const ttlSchema = z.object({
  TimeToLiveDescription: z.object({ TimeToLiveStatus: z.string(), AttributeName: z.string().optional() }),
});
const describedSchema = z.object({ Table: z.object({ KeySchema: z.array(z.object({ AttributeName: z.string() })) }) });
const itemSchema = z.record(z.string(), z.record(z.string(), z.unknown()));
type Item = z.output<typeof itemSchema>;
const pageSchema = z.object({ Items: z.array(itemSchema), LastEvaluatedKey: itemSchema.optional() });

/** The engine, its file, and the clock that decides what has expired: the engine's sweep only uses the machine's clock. */
export type SweepDeps = {
  readonly url: string;
  /** Of dynoxide; without it, the REMOVE records don't say that the item expired. */
  readonly file?: string;
  now(): Date;
};

/** Deletes what has expired, with a REMOVE record each that says so. What is written at the same time wins. */
export const sweepTtl = async (deps: SweepDeps): Promise<void> => {
  const { TableNames } = await dynamodb(deps, 'ListTables', {}, tablesSchema);
  for (const table of TableNames) {
    const { TimeToLiveDescription: ttl } = await dynamodb(deps, 'DescribeTimeToLive', { TableName: table }, ttlSchema);
    if (ttl.TimeToLiveStatus === 'ENABLED' && ttl.AttributeName !== undefined)
      await sweepTable(deps, table, ttl.AttributeName);
  }
};

const dynamodb = <T extends z.ZodType>({ url }: SweepDeps, operation: string, body: object, answer: T) =>
  callAwsJson({ url, target: `DynamoDB_20120810.${operation}`, body, answer });

const sweepTable = async (deps: SweepDeps, table: string, attribute: string): Promise<void> => {
  const { Table } = await dynamodb(deps, 'DescribeTable', { TableName: table }, describedSchema);
  const keyNames = Table.KeySchema.map(({ AttributeName }) => AttributeName);
  const names = Object.fromEntries([attribute, ...keyNames].map((name, index) => [`#${index}`, name]));
  let start: Item | undefined;
  do {
    const page: z.output<typeof pageSchema> = await dynamodb(
      deps,
      'Scan',
      {
        TableName: table,
        FilterExpression: 'attribute_type(#0, :number) AND #0 < :now',
        ProjectionExpression: Object.keys(names).join(', '),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ':number': { S: 'N' },
          ':now': { N: String(Math.floor(deps.now().getTime() / 1000)) },
        },
        ExclusiveStartKey: start,
      },
      pageSchema,
    );
    if (page.Items.length > 0) await deleteExpired(deps, { table, attribute, keyNames }, page.Items);
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
};

const deleteExpired = async (
  deps: SweepDeps,
  {
    table,
    attribute,
    keyNames,
  }: { readonly table: string; readonly attribute: string; readonly keyNames: readonly string[] },
  items: readonly Item[],
): Promise<void> => {
  const keyOf = (item: Item) => Object.fromEntries(keyNames.map((name) => [name, item[name]]));
  const { file } = deps;
  const remove = async () => {
    for (const item of items) {
      const body = {
        TableName: table,
        Key: keyOf(item),
        ConditionExpression: '#0 = :seen',
        ExpressionAttributeNames: { '#0': attribute },
        ExpressionAttributeValues: { ':seen': item[attribute] },
      };
      await dynamodb(deps, 'DeleteItem', body, z.object({})).catch((error: unknown) => {
        if (!(error instanceof AwsJsonError && error.type === 'ConditionalCheckFailedException')) throw error;
      });
    }
  };
  await (file === undefined ? remove() : whileExpired({ file, table, keys: items.map(keyOf) }, remove));
};
