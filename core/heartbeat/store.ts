import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SORT_KEY } from '../contract.ts';
import { heartbeatKey } from '../keys.ts';
import type { Table } from '../platform/dynamodb/table.ts';
import type { Heartbeat } from './model.ts';

type Step = typeof SORT_KEY.heartbeat | typeof SORT_KEY.heartbeatSeen;

/** Writes the item of a step of the heartbeat over the one before. */
export const writeHeartbeat = async (table: Table, step: Step, heartbeat: Heartbeat): Promise<void> => {
  await table.client.send(new PutCommand({ TableName: table.name, Item: { ...heartbeatKey(step), ...heartbeat } }));
};
