import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { recordException } from '../store/exceptions.ts';
import type { Table } from '../store/table.ts';
import { type Capture, makeCapture } from './capture.ts';

/** The capture of a function: the table first, then the delivery queue, then the log. */
export const connectCapture = ({
  table,
  deliveryQueueUrl,
  log,
}: {
  readonly table: Table;
  readonly deliveryQueueUrl: string;
  readonly log: Log;
}): Capture =>
  makeCapture({
    record: (exception) => recordException(table, { exception, now: new Date(), randomId: randomUUID }),
    enqueue: async (exception) => {
      // Loaded on the day that the table is away: no start has to pay for the SQS client (docs/adr/001).
      const { connectSqs, sendException } = await import('../queues/delivery-queue.ts');
      await sendException(connectSqs(), deliveryQueueUrl)(exception);
    },
    deadline: async (ms) => {
      await delay(ms, undefined, { ref: false });
      throw new Error(`Not done within ${ms} ms`);
    },
    log,
  });
