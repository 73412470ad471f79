/** What the deployments of the template put into its buckets. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, posix, relative, sep } from 'node:path';
import { z } from 'zod';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

/** Strict: markers that stand for values of the deployment would have to be replaced, and pruning would depend on the order. */
const deploymentSchema = z.strictObject({
  ServiceToken: z.string(),
  SourceBucketNames: z.array(z.string()),
  SourceObjectKeys: z.array(z.string()),
  SourceMarkersConfig: z.unknown().optional(),
  DestinationBucketName: z.string(),
  DestinationBucketKeyPrefix: z.string().default(''),
  Prune: z.literal(false),
  SystemMetadata: z.strictObject({ 'cache-control': z.string() }),
  WaitForDistributionInvalidation: z.unknown().optional(),
  OutputObjectKeys: z.unknown().optional(),
});

/** As `aws s3 sync` guesses them, which is what the deployment runs. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/vnd.microsoft.icon',
  '.txt': 'text/plain',
  '.woff2': 'font/woff2',
};

type StoredFile = {
  readonly body: Buffer;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly etag: string;
};

/** By bucket and key: `BUCKET/assets/index-1a2b.js`. */
export type StoredFiles = ReadonlyMap<string, StoredFile>;

/** Reads all deployed files. `assets` leads from an asset's hash to its folder. Throws for a file of a type that it does not know. */
export const readFiles = (stack: ResolvedStack, assets: ReadonlyMap<string, string>): StoredFiles => {
  const files = new Map<string, StoredFile>();
  for (const { logicalId, parsed } of resourcesOf(stack, ['Custom::CDKBucketDeployment'], deploymentSchema)) {
    for (const objectKey of parsed.SourceObjectKeys) {
      const folder = assets.get(objectKey.replace(/\.zip$/, ''));
      if (folder === undefined) throw new Error(`${logicalId}: the assembly has no asset ${objectKey}`);
      for (const name of namesIn(folder)) {
        const key = posix.join(parsed.DestinationBucketName, parsed.DestinationBucketKeyPrefix, name);
        files.set(key, readStored(join(folder, name), parsed.SystemMetadata['cache-control']));
      }
    }
  }
  return files;
};

const namesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));

const readStored = (path: string, cacheControl: string): StoredFile => {
  const contentType = CONTENT_TYPES[extname(path)];
  if (contentType === undefined) throw new Error(`${path}: say in read-files.ts what its content type is`);
  const body = readFileSync(path);
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  return { body, contentType, cacheControl, etag };
};
