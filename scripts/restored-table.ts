import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { readKeyRing } from '../core/secrets/store.ts';
import type { RestoreDeps, TableState } from './restore.ts';

export type RestoredTable = {
  readonly client: DynamoDBClient;
  readonly name: string;
  /** The stage's current table; null if it was deleted. */
  readonly stageTable: string | null;
  readonly ttlAttribute: string;
};

const describeTable = async (client: DynamoDBClient, TableName: string): Promise<TableState | null> => {
  try {
    const { Table = {} } = await client.send(new DescribeTableCommand({ TableName }));
    const { LatestStreamArn: arn, StreamSpecification: stream } = Table;
    return {
      status: Table.TableStatus ?? '',
      indexes: (Table.GlobalSecondaryIndexes ?? []).map(({ IndexName = '' }) => IndexName),
      stream: stream?.StreamEnabled && arn !== undefined ? { arn, view: stream.StreamViewType ?? '' } : null,
      isProtected: Table.DeletionProtectionEnabled ?? false,
    };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
};

const keyIdsOf = async (client: DynamoDBClient, name: string): Promise<readonly string[]> => {
  const unused = async () => {};
  const table = { client: DynamoDBDocumentClient.from(client), name, pause: unused, reportUnreadable: unused };
  return (await readKeyRing(table)).map(({ id }) => id);
};

/** The DynamoDB calls of a restore. */
export const connectRestoredTable = ({
  client,
  name: TableName,
  stageTable,
  ttlAttribute,
}: RestoredTable): Omit<RestoreDeps, 'wait' | 'report'> => ({
  describe: () => describeTable(client, TableName),
  readTtl: async () => {
    const { TimeToLiveDescription: ttl } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    return { status: ttl?.TimeToLiveStatus ?? '', attribute: ttl?.AttributeName ?? null };
  },
  hasRecovery: async () => {
    const { ContinuousBackupsDescription: backups } = await client.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    return backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED';
  },
  turnOnStream: async () => {
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const };
    await client.send(new UpdateTableCommand({ TableName, StreamSpecification }));
  },
  turnOnTtl: async () => {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: ttlAttribute };
    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  },
  turnOnRecovery: async () => {
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
  },
  turnOnProtection: async () => {
    await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
  },
  readKeyIds: async () => ({
    restored: await keyIdsOf(client, TableName),
    current: stageTable === null ? null : await keyIdsOf(client, stageTable),
  }),
});
