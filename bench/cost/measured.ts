import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Requests to AWS of one kind, and the capacity units of DynamoDB that they used, those of its indexes included. */
const requestsSchema = z.object({ calls: z.number(), units: z.number() });

/** By function and operation: `products dynamodb:PutItem`. */
const byOperationSchema = z.record(z.string(), requestsSchema);
export type ByOperation = z.infer<typeof byOperationSchema>;

/** Bytes in the table, and in its indexes. */
const storedSchema = z.object({ table: z.number(), indexes: z.number() });

/** What one of each asks of AWS, through all functions that it sets in motion, dispatcher apart. */
const measuredSchema = z.object({
  events: z.object({
    /** The counts that a product has already. */
    upload: byOperationSchema,
    /** Other counts that do not change its gate. */
    change: byOperationSchema,
    /** Counts that flip the gate of a product with an address, a Teams and a Slack webhook. */
    gateChange: byOperationSchema,
    /** The dispatcher, for one message that comes alone. */
    delivery: byOperationSchema,
    /** An exception that opens a window, sent to one webhook. */
    exception: byOperationSchema,
    /** One that a window holds back. */
    heldBack: byOperationSchema,
    /** What a visit of the page asks for a reader of ten products: the list, the badge, one notification. */
    visit: byOperationSchema,
    /** The expiry of a notification with three deliveries. */
    expiry: byOperationSchema,
  }),
  /** What is stored of one of each when all is sent, with everything that belongs to it. */
  stored: z.object({ gateChange: storedSchema, exception: storedSchema, historyEntry: storedSchema }),
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
