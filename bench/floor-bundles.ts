import { join } from 'node:path';
import { build } from 'esbuild';

/** What a start is measured beside. */
const FLOORS = {
  /** Node itself. */
  'an empty handler': 'export const handler = async () => {};',
  /** The client as it comes, with all that its package brings, and one small call. */
  'default client-dynamodb': `
    import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
    const client = new DynamoDBClient({});
    const get = { TableName: 'table', Key: { pk: { S: 'a' }, sk: { S: 'b' } }, ConsistentRead: true };
    export const handler = () => client.send(new GetItemCommand(get));`,
} as const;

export type Floor = keyof typeof FLOORS;

/** Bundles the floors as a project would that sets nothing: one minified ES module each. Gives their paths. */
export const bundleFloors = async (directory: string): Promise<ReadonlyMap<Floor, string>> => {
  const bundled = new Map<Floor, string>();
  const floors: Floor[] = ['an empty handler', 'default client-dynamodb'];
  for (const floor of floors) {
    const folder = join(directory, floor.replaceAll(' ', '-'));
    await build({
      stdin: { contents: FLOORS[floor], resolveDir: import.meta.dirname },
      outfile: join(folder, 'index.mjs'),
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      mainFields: ['module', 'main'],
      logLevel: 'error',
    });
    bundled.set(floor, folder);
  }
  return bundled;
};
