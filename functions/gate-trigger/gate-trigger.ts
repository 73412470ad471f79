import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { FUNCTION, SORT_KEY, TABLE } from '../../core/contract.ts';
import { type ExceptionReport, taskFailure } from '../../core/exceptions/model.ts';
import { exceptionWindowSchema } from '../../core/exceptions/window.ts';
import { storedProductSchema, storedSettingsSchema } from '../../core/formats/store/format.ts';
import { isWindow, type Key, productIdOf } from '../../core/keys.ts';
import type { Settings } from '../../core/settings/model.ts';
import { forEachRecord, parseImage, type RecordFailure, type StreamRecord } from '../../core/streams/stream-batch.ts';
import { HEALTHY, type Health } from '../../core/targets/health.ts';
import { parseHealth } from '../../core/targets/store/health.ts';
import { actOnChannels } from './channels-record.ts';
import { actOnProduct, type Images, type ProductRecordDeps } from './product-record.ts';
import { actOnSettings } from './settings-record.ts';
import { actOnTombstone } from './tombstone-record.ts';
import { actOnWindow } from './window-record.ts';

export type GateTriggerDeps = ProductRecordDeps & {
  readonly readSettings: () => Promise<Settings>;
  readonly capture: (report: ExceptionReport) => Promise<void>;
  /** Reports an item that can't be parsed. */
  readonly reportUnreadable: (item: Key, error: unknown) => Promise<void>;
};

type Deps = Pick<GateTriggerDeps, 'reportUnreadable'>;

/** Parses the old image. If it can't be parsed, reports it and returns null, because a retry wouldn't help. */
const readBefore = async <Entity>(
  { reportUnreadable }: Deps,
  read: (image: StreamRecord['dynamodb']['OldImage']) => Entity | null,
  { dynamodb: { Keys, OldImage } }: StreamRecord,
): Promise<Entity | null> => {
  try {
    return read(OldImage);
  } catch (error) {
    await reportUnreadable({ pk: Keys.pk.S, sk: Keys.sk.S }, error);
    return null;
  }
};

const imagesOf = async <Entity>(
  deps: Deps,
  schema: z.ZodMiniType<Entity>,
  record: StreamRecord,
): Promise<Images<Entity>> => ({
  before: await readBefore(deps, (image) => parseImage(schema, image), record),
  after: parseImage(schema, record.dynamodb.NewImage),
});

const anyItemSchema = z.record(z.string(), z.unknown());

const parseHealthImage = (image: StreamRecord['dynamodb']['NewImage']): Health => {
  const item = parseImage(anyItemSchema, image);
  return item === null ? HEALTHY : parseHealth(item);
};

const healthImages = async (deps: Deps, record: StreamRecord) => ({
  productId: productIdOf(record.dynamodb.Keys.pk.S),
  before: (await readBefore(deps, parseHealthImage, record)) ?? HEALTHY,
  after: parseHealthImage(record.dynamodb.NewImage),
});

const isDeletion = ({ eventName, dynamodb }: StreamRecord): boolean =>
  eventName === 'REMOVE' && dynamodb.Keys.sk.S === SORT_KEY.product;

/** Starts a job that removes the data of a deleted product. */
const actOnDeletion = async ({ sendJobs }: Pick<GateTriggerDeps, 'sendJobs'>, partition: string): Promise<void> => {
  const productId = productIdOf(partition);
  if (productId !== null) await sendJobs([{ kind: 'clean-up', product_id: productId }]);
};

const reportFailure = async (deps: GateTriggerDeps, { error, sequenceNumber, partition }: RecordFailure) => {
  deps.log.error('A stream record failed', { sequence_number: sequenceNumber, partition, error });
  const failure = taskFailure(error, {
    function: FUNCTION.gateTrigger,
    // Without the id of a window, so that failures are one exception and not a chain of them.
    arguments: partition === null || isWindow(partition) ? null : { item: partition },
    product_id: partition === null ? null : productIdOf(partition),
  });
  await deps.capture(failure);
};

const HANDLED: readonly string[] = [SORT_KEY.product, SORT_KEY.settings, SORT_KEY.channels];

/** Whether a record passes the filters of the event source mapping. */
export const isHandled = ({ eventName, dynamodb }: DynamoDBRecord): boolean => {
  const sortKey = dynamodb?.Keys?.['sk']?.S ?? '';
  if (sortKey === SORT_KEY.notification) return eventName === 'MODIFY' && TABLE.ttl in (dynamodb?.NewImage ?? {});
  if (sortKey === SORT_KEY.window) return eventName === 'MODIFY' && dynamodb?.NewImage?.['held_back']?.N === '1';
  return HANDLED.includes(sortKey);
};

/** Handles stream records of products, settings, channels, exception windows, and deleted notifications. */
export const gateTrigger =
  (deps: GateTriggerDeps) =>
  async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    // Read after the batch arrived, so that these settings are at least as new as its records.
    const current = await deps.readSettings();
    const act = async (record: StreamRecord) => {
      const sortKey = record.dynamodb.Keys.sk.S;
      const read = <Entity>(schema: z.ZodMiniType<Entity>) => imagesOf(deps, schema, record);
      if (isDeletion(record)) return await actOnDeletion(deps, record.dynamodb.Keys.pk.S);
      if (sortKey === SORT_KEY.product) return await actOnProduct(deps, await read(storedProductSchema), current);
      if (sortKey === SORT_KEY.settings) return await actOnSettings(deps, await read(storedSettingsSchema));
      if (sortKey === SORT_KEY.notification) return await actOnTombstone(deps.sendJobs, record.dynamodb.Keys.pk.S);
      if (sortKey === SORT_KEY.channels)
        return await actOnChannels(deps.createNotification, await healthImages(deps, record));
      if (sortKey === SORT_KEY.window) return await actOnWindow(deps.sendJobs, await read(exceptionWindowSchema));
      throw new Error(`The event source mapping let ${sortKey} through`);
    };
    return await forEachRecord(event, act, (failure) => reportFailure(deps, failure));
  };
