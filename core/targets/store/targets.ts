import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { TABLE } from '../../contract.ts';
import { TARGET_SHARDS, targetKey } from '../../keys.ts';
import { CLOCK_TOLERANCE_MS } from '../../platform/clock-bound.ts';
import type { Page, PageRequest } from '../../platform/dynamodb/page.ts';
import { type FindItem, readItems } from '../../platform/dynamodb/read-items.ts';
import { type Item, type Table, updateIf } from '../../platform/dynamodb/table.ts';
import {
  channelOfTarget,
  LEASE_MS,
  LONGEST_WAIT_MS,
  type TargetName,
  type TargetRecord,
  type TargetState,
  targetRecordSchema,
} from '../target-record.ts';

/** The record of a target that nothing was sent to for so long expires. */
const EXPIRES_AFTER_MS = 90 * 86_400_000;

const expiry = (now: Date): number => Math.ceil((now.getTime() + EXPIRES_AFTER_MS) / 1_000);

const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();

export type Acquisition = {
  readonly target: TargetName;
  /** Unique for each acquisition. */
  readonly lease: string;
  readonly now: Date;
};

/**
 * Takes the lease of a target if no one has it and its time has come. Returns the record with the lease; null if it can't be
 * sent to now. Times that only a wrong clock can have set are ignored.
 */
export const acquireTarget = async (
  table: Table,
  { target, lease, now }: Acquisition,
): Promise<TargetRecord | null> => {
  const acquired = await updateIf(table, {
    TableName: table.name,
    Key: targetKey(target),
    UpdateExpression: `SET target = :target, channel = :channel, lease = :lease, lease_until = :until, ${TABLE.ttl} = :expires REMOVE wake_at, wake_wanted, sweeps ADD acquired :one`,
    ConditionExpression:
      'attribute_not_exists(paused_at) AND (attribute_not_exists(lease_until) OR lease_until <= :now OR lease_until > :longest_lease) AND (attribute_not_exists(next_send_at) OR next_send_at <= :now OR next_send_at > :longest_wait)',
    ExpressionAttributeValues: {
      ':target': target,
      ':channel': channelOfTarget(target),
      ':lease': lease,
      ':until': later(now, LEASE_MS),
      ':expires': expiry(now),
      ':one': 1,
      ':now': now.toISOString(),
      ':longest_lease': later(now, LEASE_MS + CLOCK_TOLERANCE_MS),
      ':longest_wait': later(now, LONGEST_WAIT_MS + CLOCK_TOLERANCE_MS),
    },
    ReturnValues: 'ALL_NEW',
  });
  return acquired === null ? null : targetRecordSchema.parse(acquired);
};

/** What changes when a target is released; null is removed. */
export type Release = Partial<TargetState> & Pick<Partial<TargetRecord>, 'shown' | 'acquired'>;

const assign = (changes: Readonly<Record<string, unknown>>) => {
  const named = Object.entries(changes).filter(([, value]) => value !== undefined);
  const [set, removed] = [named.filter(([, value]) => value !== null), named.filter(([, value]) => value === null)];
  return {
    set: set.map(([name]) => `${name} = :${name}`).join(', '),
    removed: removed.map(([name]) => `, ${name}`).join(''),
    values: Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
  };
};

/**
 * Gives a target's lease back and writes when it may be sent to next. Returns the record; null if the lease was lost, to a
 * dispatcher that acquired the target after it had expired.
 */
export const releaseTarget = async (
  table: Table,
  { target, lease, release }: { readonly target: TargetName; readonly lease: string; readonly release: Release },
): Promise<TargetRecord | null> => {
  const { set, removed, values } = assign({ acquired: 0, ...release });
  const released = await updateIf(table, {
    TableName: table.name,
    Key: targetKey(target),
    UpdateExpression: `SET ${set} REMOVE lease, lease_until${removed}`,
    ConditionExpression: 'lease = :lease',
    ExpressionAttributeValues: { ':lease': lease, ...values },
    ReturnValues: 'ALL_NEW',
  });
  return released === null ? null : targetRecordSchema.parse(released);
};

/** Asks the dispatcher that has a target's lease to look again. False if no one has it any more. */
export const askAgain = async (table: Table, target: TargetName, now: Date): Promise<boolean> => {
  const asked = await updateIf(table, {
    TableName: table.name,
    Key: targetKey(target),
    UpdateExpression: 'SET wake_wanted = :yes',
    ConditionExpression: 'lease_until > :now',
    ExpressionAttributeValues: { ':yes': true, ':now': now.toISOString() },
  });
  return asked !== null;
};

/**
 * Records that a message will wake a target at a time, unless one will by then. `isSwept`: by the sweeper, which counts how
 * often it had to. False if another message will wake it.
 */
export const recordWake = async (
  table: Table,
  { target, at, now, isSwept }: { target: TargetName; at: Date; now: Date; isSwept: boolean },
): Promise<boolean> => {
  const recorded = await updateIf(table, {
    TableName: table.name,
    Key: targetKey(target),
    // A target that was never sent to gets a record, so that the sweeper can count how often it had to wake it.
    UpdateExpression: `SET target = :target, channel = :channel, wake_at = :at, ${TABLE.ttl} = :expires${isSwept ? ' ADD sweeps :one' : ''}`,
    ConditionExpression: 'attribute_not_exists(wake_at) OR wake_at <= :now OR wake_at > :at',
    ExpressionAttributeValues: {
      ':target': target,
      ':channel': channelOfTarget(target),
      ':at': at.toISOString(),
      ':expires': expiry(at),
      ':now': now.toISOString(),
      ...(isSwept && { ':one': 1 }),
    },
  });
  return recorded !== null;
};

/** Lets a target that failed be tried at once: somebody sends to it again, or set its webhook anew. */
export const endBackOff = async (table: Table, target: TargetName): Promise<void> => {
  await updateIf(table, {
    TableName: table.name,
    Key: targetKey(target),
    UpdateExpression: 'REMOVE next_send_at, wait_reason',
    ConditionExpression: 'wait_reason = :failing',
    ExpressionAttributeValues: { ':failing': 'failing' },
  });
};

/** Pauses a target, or resumes it (`paused` null). False if it has no record. */
export const pauseTarget = async (
  table: Table,
  target: TargetName,
  paused: { readonly at: Date; readonly by: string } | null,
): Promise<boolean> => {
  const written = await updateIf(table, {
    TableName: table.name,
    Key: targetKey(target),
    ConditionExpression: 'attribute_exists(target)',
    ...(paused === null
      ? { UpdateExpression: 'REMOVE paused_at, paused_by' }
      : {
          UpdateExpression: 'SET paused_at = :at, paused_by = :by',
          ExpressionAttributeValues: { ':at': paused.at.toISOString(), ':by': paused.by },
        }),
  });
  return written !== null;
};

const parseRecord = (item: Item | undefined): TargetRecord | null =>
  item === undefined ? null : targetRecordSchema.parse(item);

export type FindTarget = (target: TargetName) => TargetRecord | null;

/** The record of a target among items that were read. */
const findTargetIn =
  (find: FindItem): FindTarget =>
  (target) =>
    parseRecord(find(targetKey(target)));

/** Reads the records of targets consistently; null for those that were never sent to. */
export const readTargets = async (table: Table, targets: readonly TargetName[]): Promise<FindTarget> =>
  findTargetIn(await readItems(table, targets.map(targetKey)));

/** The records of all targets, partition by partition; `after` is the name of one. A page may be short before the last. */
export const listAllTargets = async (table: Table, { limit, after }: PageRequest): Promise<Page<TargetRecord>> => {
  const shards = after === null ? TARGET_SHARDS : TARGET_SHARDS.slice(TARGET_SHARDS.indexOf(targetKey(after).pk));
  const entries: TargetRecord[] = [];
  for (const [position, shard] of shards.entries()) {
    const query = {
      TableName: table.name,
      KeyConditionExpression: 'pk = :shard',
      ExpressionAttributeValues: { ':shard': shard },
      ConsistentRead: true,
      Limit: limit - entries.length,
      ...(after !== null && position === 0 && { ExclusiveStartKey: targetKey(after) }),
    };
    const { Items = [] } = await table.client.send(new QueryCommand(query));
    entries.push(...Items.flatMap((item) => parseRecord(item) ?? []));
    const last = Items.at(-1);
    if (last !== undefined && entries.length >= limit) return { entries, next: String(last['sk']) };
  }
  return { entries, next: null };
};
