import { connectCapture } from '../capture/connect-capture.ts';
import { captureConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { connectSqs, sendDeliveries } from '../queues/delivery-queue.ts';
import { WATCHED } from '../store/keys.ts';
import { connectTable } from '../store/table.ts';
import { listResting, noteNudge } from '../store/watched.ts';
import { watch } from './watch.ts';

const { tableName, deliveryQueueUrl } = captureConfig();
const log = createLog(console.log);
const table = connectTable(tableName);

export const handler = watch({
  shards: WATCHED,
  listResting: (shard, before, start) => listResting(table, { shard, before, start }),
  sendDeliveries: sendDeliveries(connectSqs(), deliveryQueueUrl),
  noteNudge: (resting, next) => noteNudge(table, { resting, next }),
  now: () => new Date(),
  log,
  capture: connectCapture({ table, deliveryQueueUrl, log }),
});
