import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { IN_FORMAT, replacing, storedSettingsSchema } from '../formats/store/format.ts';
import { SETTINGS_KEY } from '../keys.ts';
import type { Item, Table } from '../platform/dynamodb/table.ts';
import { transact } from '../platform/dynamodb/transact.ts';
import { healing } from '../targets/store/health.ts';
import { DEFAULT_SETTINGS, type Settings } from './model.ts';

/** The settings in an item, or the defaults if there is none. */
export const parseSettings = (item: Item | undefined): Settings =>
  item === undefined ? DEFAULT_SETTINGS : storedSettingsSchema.parse(item);

/** The current settings. */
export const readSettings = async (table: Table): Promise<Settings> => {
  const get = { TableName: table.name, Key: SETTINGS_KEY, ConsistentRead: true };
  return parseSettings((await table.client.send(new GetCommand(get))).Item);
};

/** The next version of the settings; `healed` names channels that it sets again: their failures are cleared. */
type Replacement = { readonly before: Settings; readonly after: Settings; readonly healed?: readonly string[] };

/** Writes the next version of the settings, or nothing if they changed since `before` was read. */
export const replaceSettings = async (
  table: Table,
  { before, after, healed = [] }: Replacement,
): Promise<'written' | 'conflict'> => {
  const first = { TableName: table.name, Item: { ...SETTINGS_KEY, ...IN_FORMAT, ...after } };
  const outcome = await transact(table, {
    settings:
      before.version === 0
        ? { Put: { ...first, ConditionExpression: 'attribute_not_exists(pk)' } }
        : { Update: replacing(table, SETTINGS_KEY, { before, after }) },
    health: healing(table, { productId: null, deliveryIds: healed }),
  });
  return outcome.kind === 'written' ? 'written' : 'conflict';
};
