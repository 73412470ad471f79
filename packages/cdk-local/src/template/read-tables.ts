import { z } from 'zod';
import { readMappings } from './read-sources.ts';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

const KeySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema,
  Projection: z.object({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});
const tablePropertiesSchema = z.object({
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema,
  GlobalSecondaryIndexes: z.array(indexSchema).default([]),
  LocalSecondaryIndexes: z.array(indexSchema).default([]),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY']) })
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: z.boolean() }).optional(),
});

/** What the streams of imported tables hold is theirs to say. */
const ANY_VIEW = { StreamViewType: 'NEW_AND_OLD_IMAGES' };

export type TableDefinition = z.output<typeof tablePropertiesSchema> & {
  readonly name: string;
  readonly arn: string;
  readonly streamArn: string;
  /** The template only refers to it: it must be there already. */
  readonly isImported: boolean;
};

export const readTables = (stack: ResolvedStack): readonly TableDefinition[] =>
  resourcesOf(stack, ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'], tablePropertiesSchema).map(
    ({ ref, attributes, parsed }) => ({
      ...parsed,
      name: ref,
      arn: attributes['Arn'] ?? '',
      streamArn: attributes['StreamArn'] ?? '',
      isImported: false,
    }),
  );

const STREAM_ARN = /^(arn:[\w-]+:dynamodb:[^:]*:[^:]*:table\/([^/]+))\/stream\/.+$/;

/** The tables whose streams the mappings name by ARN, without a resource of the template. */
export const readImportedTables = (
  stack: ResolvedStack,
  declared: readonly TableDefinition[],
): readonly TableDefinition[] => {
  const known = new Set(declared.map(({ streamArn }) => streamArn));
  const sources = new Set(readMappings(stack).map(({ EventSourceArn }) => EventSourceArn));
  return [...sources].flatMap((streamArn) => {
    const [, arn, name] = STREAM_ARN.exec(streamArn) ?? [];
    if (arn === undefined || name === undefined || known.has(streamArn)) return [];
    const properties = { AttributeDefinitions: [], KeySchema: [], StreamSpecification: ANY_VIEW };
    return [{ ...tablePropertiesSchema.parse(properties), name, arn, streamArn, isImported: true }];
  });
};

/** Hash key attribute of a table, or of an index of it. */
export const hashKeyIn = (
  tables: readonly TableDefinition[],
  name: string,
  index: string | undefined,
): string | undefined => {
  const table = tables.find((candidate) => candidate.name === name || candidate.arn === name);
  const indexes = [...(table?.GlobalSecondaryIndexes ?? []), ...(table?.LocalSecondaryIndexes ?? [])];
  const schema = index === undefined ? table : indexes.find(({ IndexName }) => IndexName === index);
  return schema?.KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
};
