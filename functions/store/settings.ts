import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { DEFAULT_SETTINGS, type Settings } from '../domain/settings.ts';
import { IN_FORMAT, keptSettings } from './format.ts';
import { SETTINGS_KEY } from './keys.ts';
import { type Item, isConditionFailure, type Table } from './table.ts';

/** The settings in an item, or the defaults where there is none. */
export const parseSettings = (item: Item | undefined): Settings =>
  item === undefined ? DEFAULT_SETTINGS : keptSettings.parse(item);

/** The settings that rule now. */
export const readSettings = async (table: Table): Promise<Settings> => {
  const get = { TableName: table.name, Key: SETTINGS_KEY, ConsistentRead: true };
  return parseSettings((await table.client.send(new GetCommand(get))).Item);
};

/** Writes the next version of the settings, or nothing where somebody else wrote since `before` was read. */
export const replaceSettings = async (
  table: Table,
  { before, after }: { readonly before: Settings; readonly after: Settings },
): Promise<'written' | 'conflict'> => {
  const unchanged =
    before.version === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#version = :before',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':before': before.version },
        };
  try {
    await table.client.send(
      new PutCommand({ TableName: table.name, Item: { ...SETTINGS_KEY, ...IN_FORMAT, ...after }, ...unchanged }),
    );
    return 'written';
  } catch (error) {
    if (isConditionFailure(error)) return 'conflict';
    throw error;
  }
};
