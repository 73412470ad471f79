import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type * as z from 'zod';
import { forEachRecord, parseImage, type StreamRecord } from '../batches/stream-batch.ts';
import { SORT_KEY } from '../contract.ts';
import { product } from '../domain/product.ts';
import { type Settings, settings } from '../domain/settings.ts';
import type { Log } from '../log.ts';
import { actOnProduct, type Images, type ProductRecordDeps } from './product-record.ts';
import { actOnSettings } from './settings-record.ts';

export type GateTriggerDeps = ProductRecordDeps & {
  readonly readSettings: () => Promise<Settings>;
  readonly log: Log;
};

const imagesOf = <Entity>(schema: z.ZodType<Entity>, { dynamodb }: StreamRecord): Images<Entity> => ({
  before: parseImage(schema, dynamodb.OldImage),
  after: parseImage(schema, dynamodb.NewImage),
});

/** Follows the writes of products and settings through the table's stream. */
export const gateTrigger =
  (deps: GateTriggerDeps) =>
  async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    // Read once a batch, after its records came: no write of the batch can be younger than these settings.
    const current = await deps.readSettings();
    const act = async (record: StreamRecord) => {
      const sortKey = record.dynamodb.Keys.sk.S;
      if (sortKey === SORT_KEY.product) return await actOnProduct(deps, imagesOf(product, record), current);
      if (sortKey === SORT_KEY.settings) return await actOnSettings(deps.sendJobs, imagesOf(settings, record));
      throw new Error(`The event source mapping let ${sortKey} through`);
    };
    return await forEachRecord(event, act, deps.log);
  };
