/**
 * Which IAM actions a DynamoDB call needs, and on what.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
import { z } from 'zod';
import type { Account, AwsCall, AwsRequest } from './aws-call.ts';
import type { Requirement } from './policy.ts';

/** Hash key attribute of a table or one of its indexes, for the condition key dynamodb:LeadingKeys. */
export type HashKeyOf = (table: string, index: string | undefined) => string | undefined;

const itemSchema = z.record(z.string(), z.unknown());
const onTableSchema = z.object({ TableName: z.string() });
const transactedSchema = z.object({ ...onTableSchema.shape, Key: itemSchema.optional(), Item: itemSchema.optional() });
const bodySchema = z.object({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  Key: itemSchema.optional(),
  Item: itemSchema.optional(),
  KeyConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: itemSchema.optional(),
  RequestItems: z.record(z.string(), z.unknown()).optional(),
  TransactItems: z.array(z.record(z.string(), transactedSchema)).optional(),
  Statement: z.string().optional(),
  Statements: z.array(z.object({ Statement: z.string() })).optional(),
  TransactStatements: z.array(z.object({ Statement: z.string() })).optional(),
});
type Body = z.infer<typeof bodySchema>;

/** An operation inside a transaction is authorized as if it came alone. */
const TRANSACTED = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};
const PARTIQL = { SELECT: 'PartiQLSelect', INSERT: 'PartiQLInsert', UPDATE: 'PartiQLUpdate', DELETE: 'PartiQLDelete' };
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem'];

const pick = (table: Readonly<Record<string, string>>, key: string): string => {
  const found = table[key];
  if (found === undefined) throw new Error(`the AWS proxy knows no ${key}`);
  return found;
};

const scalar = (value: unknown): readonly string[] => {
  const parsed = z.union([z.object({ S: z.string() }), z.object({ N: z.string() })]).safeParse(value);
  if (!parsed.success) return [];
  return ['S' in parsed.data ? parsed.data.S : parsed.data.N];
};

/** The value that a key condition demands of the hash key: `pk = :p`, with or without a placeholder for the name. */
const queriedKey = (body: Body, hashKey: string): unknown => {
  for (const [, name = '', value = ''] of body.KeyConditionExpression?.matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g) ?? []) {
    const attribute = body.ExpressionAttributeNames?.[name] ?? name;
    if (attribute === hashKey) return body.ExpressionAttributeValues?.[value];
  }
  return undefined;
};

/** Makes a requirement on a table or index, with the hash keys that the call names. */
type Need = (
  action: string,
  table: string,
  on?: { readonly keys?: readonly unknown[]; readonly index?: string | undefined },
) => Requirement;

const needFor =
  ({ region, accountId }: Account): Need =>
  (action, table, { keys = [], index } = {}) => {
    const arn = table.startsWith('arn:') ? table : `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
    return {
      action: `dynamodb:${action}`,
      resources: [index === undefined ? arn : `${arn}/index/${index}`],
      context: keys.length === 0 ? {} : { 'dynamodb:LeadingKeys': keys.flatMap(scalar) },
    };
  };

export const dynamoDbCall = (request: AwsRequest, account: Account, hashKeyOf: HashKeyOf): AwsCall => {
  const operation = request.target?.split('.')[1] ?? '';
  const body = bodySchema.parse(JSON.parse(request.body.toString() || '{}'));
  const requirements = requirementsOf(operation, body, needFor(account), hashKeyOf);
  return { service: 'dynamodb', operation, requirements, itemsWritten: itemsWritten(operation, body) };
};

const requirementsOf = (operation: string, body: Body, need: Need, hashKeyOf: HashKeyOf): readonly Requirement[] => {
  const keyIn = (table: string, item: Readonly<Record<string, unknown>> | undefined): readonly unknown[] => {
    const hashKey = hashKeyOf(table, undefined);
    return item === undefined || hashKey === undefined ? [] : [item[hashKey]];
  };
  if (body.TransactItems !== undefined) {
    return body.TransactItems.flatMap((entry) =>
      Object.entries(entry).map(([kind, part]) =>
        need(pick(TRANSACTED, kind), part.TableName, { keys: keyIn(part.TableName, part.Key ?? part.Item) }),
      ),
    );
  }
  if (body.RequestItems !== undefined) return Object.keys(body.RequestItems).map((table) => need(operation, table));
  const single = body.Statement === undefined ? [] : [{ Statement: body.Statement }];
  const statements = body.Statements ?? body.TransactStatements ?? single;
  if (statements.length > 0) return statements.map(({ Statement }) => partiQl(Statement, need));
  const { TableName: table = '*', IndexName: index } = body;
  if (operation !== 'Query') return [need(operation, table, { keys: keyIn(table, body.Key ?? body.Item), index })];
  const hashKey = hashKeyOf(table, index);
  return [need(operation, table, { keys: hashKey === undefined ? [] : [queriedKey(body, hashKey)], index })];
};

const partiQl = (statement: string, need: Need): Requirement => {
  const [verb = ''] = statement.trim().split(/\s+/);
  const [, table = '*', index] = /(?:from|into|update)\s+"?([\w.-]+)"?(?:\."([\w.-]+)")?/i.exec(statement) ?? [];
  return need(pick(PARTIQL, verb.toUpperCase()), table, { index });
};

const itemsWritten = (operation: string, body: Body): number => {
  if (WRITES.includes(operation)) return 1;
  if (operation === 'BatchWriteItem') {
    return Object.values(body.RequestItems ?? {}).reduce<number>(
      (sum, list) => sum + (Array.isArray(list) ? list.length : 0),
      0,
    );
  }
  if (operation === 'TransactWriteItems') {
    return (body.TransactItems ?? []).filter((entry) => entry['ConditionCheck'] === undefined).length;
  }
  return 0;
};
