import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { installMovingClock } from './moving-clock.ts';

/** Runs the SQS server in a thread of its own, whose clock can be moved without moving anybody else's. */
const { region } = z.object({ region: z.string() }).parse(workerData);
const setOffset = installMovingClock();
// After the clock: the server keeps delays and visibility timeouts as deadlines of `Date.now()`.
const { buildApp } = await import('fauxqs');

// Not `startFauxqs`, which listens on every interface.
const app = buildApp({ logger: false, defaultRegion: region });
const url = await app.listen({ port: 0, host: '127.0.0.1' });

const Command = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('clock'), offsetMs: z.number() }),
  z.object({ kind: z.literal('stop') }),
]);
parentPort?.on('message', async (message: unknown) => {
  const command = Command.parse(message);
  if (command.kind === 'clock') setOffset(command.offsetMs);
  else await app.close();
  parentPort?.postMessage({ kind: 'done' });
});
parentPort?.postMessage({ kind: 'listening', url });
