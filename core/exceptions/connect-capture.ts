import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { sendExceptionLate } from '../deliveries/late-queue.ts';
import type { Log } from '../log.ts';
import type { Table } from '../platform/dynamodb/table.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { type Capture, makeCapture } from './capture.ts';
import { recordException } from './store/record-exception.ts';

/** Records a function's exceptions in the table, the delivery queue, or the log, whichever works first. */
export const connectCapture = ({
  table,
  deliveryQueueUrl,
  redaction,
  log,
}: {
  readonly table: Table;
  readonly deliveryQueueUrl: string;
  readonly redaction: Redaction;
  readonly log: Log;
}): Capture =>
  makeCapture({
    record: (exception) => recordException(table, { exception, now: new Date(), randomId: randomUUID }),
    enqueue: sendExceptionLate(deliveryQueueUrl),
    deadline: async (ms) => {
      await delay(ms, undefined, { ref: false });
      throw new Error(`Not done within ${ms} ms`);
    },
    redaction,
    log,
  });
