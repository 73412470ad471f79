import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Requests to AWS of one kind, and the items that were read and written by them. */
const requestsSchema = z.object({ calls: z.number(), itemsRead: z.number(), itemsWritten: z.number() });

/** By function and operation: `products dynamodb:PutItem`. */
const byOperationSchema = z.record(z.string(), requestsSchema);
export type ByOperation = z.infer<typeof byOperationSchema>;

/** What one of each asks of AWS, through all functions that it sets in motion, dispatcher apart. */
const measuredSchema = z.object({
  events: z.object({
    /** Counts of a product that do not change its gate. */
    upload: byOperationSchema,
    /** Counts that flip the gate of a product with an address, a Teams and a Slack webhook. */
    gateChange: byOperationSchema,
    /** The dispatcher, for one message that comes alone. */
    delivery: byOperationSchema,
    /** An exception that opens a window, sent to one webhook. */
    exception: byOperationSchema,
    /** One that a window holds back. */
    heldBack: byOperationSchema,
    /** What a visit of the page asks: the list, the badge, one notification. */
    visit: byOperationSchema,
    /** The deletion of a notification with three deliveries, as when it expires. */
    deletion: byOperationSchema,
  }),
  /** Metrics that the template's alarms look at. */
  alarmMetrics: z.number(),
  /** Queues that feed a function. */
  polledQueues: z.number(),
  /** Those of them whose mapping limits the concurrency. */
  limitedQueues: z.number(),
});
export type Measured = z.infer<typeof measuredSchema>;

/** Written by `npm run bench -- counts`. */
export const MEASURED_FILE = join(import.meta.dirname, 'measured.json');

export const readMeasured = (): Measured => measuredSchema.parse(JSON.parse(readFileSync(MEASURED_FILE, 'utf8')));
