import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Running } from '../lambda.ts';
import { IN_FLIGHT_LIMIT } from './in-flight-limit.ts';

export type Sqs = Running & {
  /** Endpoint of SQS; queue URLs are `<url>/000000000000/<name>`, ARNs `arn:aws:sqs:<region>:000000000000:<name>`. */
  readonly url: string;
  readonly port: number;
  /** Moves the queue's clock to `offsetMs` from the machine's: delays and visibility timeouts that end by then are over. */
  setClockOffset(offsetMs: number): Promise<void>;
};

const listeningSchema = z.object({ kind: z.literal('listening'), url: z.url() });

export type SqsOptions = {
  /** That of the queues' ARNs. */
  readonly region: string;
  /** Folder that keeps queues and messages; they are in memory when absent. */
  readonly directory?: string | undefined;
  /** From the machine's clock; 0 when absent. */
  readonly offsetMs?: number;
  /** Most messages that a queue has in flight; 120,000 when absent, as on AWS. */
  readonly inFlightLimit?: number | undefined;
};

/** Starts SQS on loopback. */
export const startSqs = async (options: SqsOptions): Promise<Sqs> => {
  const { region, directory, offsetMs = 0, inFlightLimit = IN_FLIGHT_LIMIT } = options;
  const workerData = { region, directory, offsetMs, inFlightLimit };
  const worker = new Worker(new URL('./sqs-worker.ts', import.meta.url), { workerData });
  const [first] = await once(worker, 'message');
  const { url } = listeningSchema.parse(first);
  let last: Promise<unknown> = Promise.resolve();
  // One at a time, or an answer could be taken for that of another command.
  const command = async (message: { readonly kind: 'clock'; readonly offsetMs: number } | { kind: 'stop' }) => {
    last = last.then(() => {
      worker.postMessage(message);
      return once(worker, 'message');
    });
    await last;
  };
  return {
    url,
    port: Number(new URL(url).port),
    setClockOffset: (offsetMs) => command({ kind: 'clock', offsetMs }),
    async stop() {
      await command({ kind: 'stop' });
      await worker.terminate();
    },
  };
};
