import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { forEachRecord, parseImage, type RecordFailure, type StreamRecord } from '../batches/stream-batch.ts';
import { FUNCTION, SORT_KEY } from '../contract.ts';
import { type ExceptionReport, taskFailure } from '../domain/exception.ts';
import { exceptionWindow } from '../domain/exception-window.ts';
import type { Settings } from '../domain/settings.ts';
import { parseHealth } from '../store/channel-health.ts';
import { keptProduct, keptSettings } from '../store/format.ts';
import { isWindow, productIdOf } from '../store/keys.ts';
import { actOnChannels } from './channels-record.ts';
import { actOnProduct, type Images, type ProductRecordDeps } from './product-record.ts';
import { actOnSettings } from './settings-record.ts';
import { actOnTombstone, tombstone } from './tombstone-record.ts';
import { actOnWindow } from './window-record.ts';

export type GateTriggerDeps = ProductRecordDeps & {
  readonly readSettings: () => Promise<Settings>;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

const imagesOf = <Entity>(schema: z.ZodMiniType<Entity>, { dynamodb }: StreamRecord): Images<Entity> => ({
  before: parseImage(schema, dynamodb.OldImage),
  after: parseImage(schema, dynamodb.NewImage),
});

const anyItem = z.record(z.string(), z.unknown());

const healthImages = (record: StreamRecord) => {
  const { before, after } = imagesOf(anyItem, record);
  const productId = productIdOf(record.dynamodb.Keys.pk.S);
  return { productId, before: parseHealth(before ?? undefined), after: parseHealth(after ?? undefined) };
};

const reportFailure = async (deps: GateTriggerDeps, { error, sequenceNumber, partition }: RecordFailure) => {
  deps.log.error('A stream record failed', { sequence_number: sequenceNumber, partition, error });
  const failure = taskFailure(error, {
    function: FUNCTION.gateTrigger,
    // Without the id of a window: else each failure about one would open another, and so on.
    arguments: partition === null || isWindow(partition) ? null : { item: partition },
    product_id: partition === null ? null : productIdOf(partition),
  });
  await deps.capture(failure);
};

const FOLLOWED: readonly string[] = [SORT_KEY.product, SORT_KEY.settings, SORT_KEY.channels];

/** Whether a record is one that the event source mapping lets through. */
export const isFollowed = ({ eventName, dynamodb }: DynamoDBRecord): boolean => {
  const sortKey = dynamodb?.Keys?.['sk']?.S ?? '';
  if (sortKey === SORT_KEY.tombstone) return eventName === 'INSERT';
  if (sortKey === SORT_KEY.window) return eventName === 'MODIFY' && dynamodb?.NewImage?.['held_back']?.N === '1';
  return FOLLOWED.includes(sortKey);
};

/** Follows the writes of products, settings, exception windows and deleted notifications through the table's stream. */
export const gateTrigger =
  (deps: GateTriggerDeps) =>
  async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    // Read once a batch, after its records came: no write of the batch can be younger than these settings.
    const current = await deps.readSettings();
    const act = async (record: StreamRecord) => {
      const sortKey = record.dynamodb.Keys.sk.S;
      if (sortKey === SORT_KEY.product) return await actOnProduct(deps, imagesOf(keptProduct, record), current);
      if (sortKey === SORT_KEY.settings) return await actOnSettings(deps, imagesOf(keptSettings, record));
      if (sortKey === SORT_KEY.tombstone) return await actOnTombstone(deps.sendJobs, imagesOf(tombstone, record));
      if (sortKey === SORT_KEY.channels) return await actOnChannels(deps.createNotification, healthImages(record));
      if (sortKey === SORT_KEY.window) return await actOnWindow(deps.sendJobs, imagesOf(exceptionWindow, record));
      throw new Error(`The event source mapping let ${sortKey} through`);
    };
    return await forEachRecord(event, act, (failure) => reportFailure(deps, failure));
  };
