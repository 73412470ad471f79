import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { TABLE } from '../contract.ts';
import { IN_FORMAT, replacing, storedSettingsSchema } from '../formats/store/format.ts';
import { gateChangeKey, historyPosition, historySortKey, SETTINGS_KEY } from '../keys.ts';
import type { Page } from '../platform/dynamodb/page.ts';
import { parseEach } from '../platform/dynamodb/parse-items.ts';
import type { Item, Operation, Table } from '../platform/dynamodb/table.ts';
import { transact } from '../platform/dynamodb/transact.ts';
import { expiryOf, timeOfPosition } from '../products/history.ts';
import { healing } from '../targets/store/health.ts';
import { DEFAULT_SETTINGS, type GateChange, gateChangeSchema, type Settings } from './model.ts';

/** The settings in an item, or the defaults if there is none. */
export const parseSettings = (item: Item | undefined): Settings =>
  item === undefined ? DEFAULT_SETTINGS : storedSettingsSchema.parse(item);

/** The current settings. */
export const readSettings = async (table: Table): Promise<Settings> => {
  const get = { TableName: table.name, Key: SETTINGS_KEY, ConsistentRead: true };
  return parseSettings((await table.client.send(new GetCommand(get))).Item);
};

/** The next version of the settings; `healed` names channels that it sets again: their failures are cleared. */
type Replacement = {
  readonly before: Settings;
  readonly after: Settings;
  readonly healed?: readonly string[];
  readonly now: Date;
};

/** Keeps a change of the default gate as long as the histories of products that show it; none for other changes. */
const gateChange = (table: Table, { before, after, now }: Replacement): Operation | undefined => {
  const { gate_version, gate_changed_by } = after;
  if (gate_version === before.gate_version) return undefined;
  const change: GateChange = { created: now.toISOString(), gate_version, user: gate_changed_by };
  const key = gateChangeKey(change.created, gate_version);
  return { Put: { TableName: table.name, Item: { ...key, ...change, [TABLE.ttl]: expiryOf(change.created) } } };
};

/** Writes the next version of the settings, or nothing if they changed since `before` was read. */
export const replaceSettings = async (table: Table, replacement: Replacement): Promise<'written' | 'conflict'> => {
  const { before, after, healed = [] } = replacement;
  const first = { TableName: table.name, Item: { ...SETTINGS_KEY, ...IN_FORMAT, ...after } };
  const outcome = await transact(table, {
    settings:
      before.version === 0
        ? { Put: { ...first, ConditionExpression: 'attribute_not_exists(pk)' } }
        : { Update: replacing(table, SETTINGS_KEY, { before, after }) },
    health: healing(table, { productId: null, deliveryIds: healed }),
    gate: gateChange(table, replacement),
  });
  return outcome.kind === 'written' ? 'written' : 'conflict';
};

/** Reads the newest changes of the default gate between two times (ISO 8601). `next`: the time of the last if there are more. */
export const readGateChanges = async (
  table: Table,
  { from, to, limit }: { readonly from: string; readonly to: string; readonly limit: number },
): Promise<Page<GateChange>> => {
  const query = new QueryCommand({
    TableName: table.name,
    KeyConditionExpression: 'pk = :settings AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':settings': SETTINGS_KEY.pk,
      ':from': historySortKey(from),
      ':to': historySortKey(to),
    },
    ScanIndexForward: false,
    Limit: limit,
  });
  const { Items = [], LastEvaluatedKey } = await table.client.send(query);
  const { entities } = await parseEach(table, Items, (item) => gateChangeSchema.parse(item));
  const next = LastEvaluatedKey === undefined ? null : timeOfPosition(historyPosition(String(LastEvaluatedKey['sk'])));
  return { entries: entities, next };
};
