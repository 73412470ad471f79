import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { installMovingClock } from './moving-clock.ts';

/** Runs the SQS server in its own thread, so that its clock moves alone. */
const { region, directory, offsetMs, inFlightLimit } = z
  .object({ region: z.string(), directory: z.string().optional(), offsetMs: z.number(), inFlightLimit: z.int() })
  .parse(workerData);
const setOffset = installMovingClock();
// Before stored messages are read, so that those whose delay is over become visible.
setOffset(offsetMs);
// After the clock: the server keeps delays and visibility timeouts as deadlines of `Date.now()`.
const { buildApp } = await import('fauxqs');
const { createStores, storeIn } = await import('./sqs-stores.ts');
const { limitInFlight } = await import('./in-flight-limit.ts');

// Not `startFauxqs`, which listens on every interface.
const stores = await createStores();
const stored = directory === undefined ? undefined : await storeIn(directory, stores);
const app = buildApp({ logger: false, defaultRegion: region, stores });
limitInFlight(app, stores, inFlightLimit);
const url = await app.listen({ port: 0, host: '127.0.0.1' });

const commandSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('clock'), offsetMs: z.number() }),
  z.object({ kind: z.literal('stop') }),
]);
parentPort?.on('message', async (message: unknown) => {
  const command = commandSchema.parse(message);
  if (command.kind === 'clock') setOffset(command.offsetMs);
  else {
    await app.close();
    stored?.close();
  }
  parentPort?.postMessage({ kind: 'done' });
});
parentPort?.postMessage({ kind: 'listening', url });
