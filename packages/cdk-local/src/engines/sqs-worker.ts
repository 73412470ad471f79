import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { installMovingClock } from './moving-clock.ts';

/** Runs the SQS server in its own thread, so that its clock moves alone. */
const { region, directory, offsetMs } = z
  .object({ region: z.string(), directory: z.string().optional(), offsetMs: z.number() })
  .parse(workerData);
const setOffset = installMovingClock();
// Before stored messages are read, so that those whose delay is over become visible.
setOffset(offsetMs);
// After the clock: the server keeps delays and visibility timeouts as deadlines of `Date.now()`.
const { buildApp } = await import('fauxqs');
const { openStores } = await import('./sqs-stores.ts');

// Not `startFauxqs`, which listens on every interface.
const stores = directory === undefined ? undefined : await openStores(directory);
const app = buildApp({ logger: false, defaultRegion: region, ...(stores && { stores: stores.stores }) });
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
    stores?.close();
  }
  parentPort?.postMessage({ kind: 'done' });
});
parentPort?.postMessage({ kind: 'listening', url });
