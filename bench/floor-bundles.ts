import { join } from 'node:path';
import { build } from 'esbuild';

/** Node itself. */
const EMPTY = 'export const handler = async () => {};';

/** The client as it comes, with everything that its package brings, and one small call. */
const CLIENT = `
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
const get = { TableName: 'table', Key: { pk: { S: 'a' }, sk: { S: 'b' } }, ConsistentRead: true };
export const handler = () => client.send(new GetItemCommand(get));`;

/** As a project bundles that sets nothing: one minified ES module. Answers its folder. */
const bundle = async (contents: string, folder: string): Promise<string> => {
  await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
  return folder;
};

/** Bundles the floors that a start is measured beside: an empty handler, and the default client-dynamodb. */
export const bundleFloors = async (
  directory: string,
): Promise<{ readonly empty: string; readonly client: string }> => ({
  empty: await bundle(EMPTY, join(directory, 'empty')),
  client: await bundle(CLIENT, join(directory, 'client')),
});
