/**
 * A separate process that sends messages and reports its time: through a bare sender, or through the dispatcher's bundle,
 * ten messages for each event and one event after another, as one instance gets them.
 */
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { takeAwsRequests, total } from './aws-requests.ts';
import { posterOf } from './posters.ts';

const posterSchema = z.object({
  way: z.enum(['undici', 'node:http', 'node:http without keep-alive', 'webhook.ts']),
  connections: z.number(),
  origin: z.string(),
  body: z.string(),
});

/** The first argument of the process: a poster, or the path of the dispatcher's bundle. */
const roleSchema = z.union([z.object({ bundle: z.string() }), posterSchema]);
export type Role = z.infer<typeof roleSchema>;

/** A posting role gets the URLs, the dispatcher the bodies of its queue messages. */
const workSchema = z.array(z.string());

export type Sent = { readonly ms: number; readonly cpuMs: number; readonly awsRequests: number };

type Send = (items: readonly string[]) => Promise<void>;

const BATCH = 10;

const handlerModuleSchema = z.object({ handler: z.custom<(event: unknown, context: unknown) => Promise<unknown>>() });
const answerSchema = z.object({ batchItemFailures: z.array(z.unknown()) });

const recordOf = (body: string, position: number) => ({
  messageId: `m${position}`,
  receiptHandle: `r${position}`,
  body,
  attributes: { ApproximateReceiveCount: '1' },
  messageAttributes: {},
  eventSource: 'aws:sqs',
});

const dispatcher = async (bundle: string): Promise<Send> => {
  // As Lambda's runtime does with its JSON format: one line an entry.
  console.log = (entry: unknown) => process.stdout.write(`${JSON.stringify({ level: 'INFO', message: entry })}\n`);
  const { handler } = handlerModuleSchema.parse(await import(pathToFileURL(bundle).href));
  return async (bodies) => {
    for (let start = 0; start < bodies.length; start += BATCH) {
      const Records = bodies.slice(start, start + BATCH).map(recordOf);
      const { batchItemFailures } = answerSchema.parse(await handler({ Records }, {}));
      if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} messages were not sent`);
    }
  };
};

const bare =
  ({ way, connections, origin, body }: z.infer<typeof posterSchema>): Send =>
  async (urls) => {
    const post = posterOf({ way, connections }, origin);
    const waiting = urls.values();
    const sender = async () => {
      for (const url of waiting) await post(url, body);
    };
    await Promise.all(Array.from({ length: connections }, sender));
  };

const given = roleSchema.parse(JSON.parse(process.argv[2] ?? ''));
const send = 'bundle' in given ? await dispatcher(given.bundle) : bare(given);

process.on('message', async (message) => {
  const items = workSchema.parse(message);
  takeAwsRequests();
  const [beganMs, beganCpu] = [performance.now(), process.cpuUsage()];
  await send(items);
  const { user, system } = process.cpuUsage(beganCpu);
  const sent: Sent = {
    ms: performance.now() - beganMs,
    cpuMs: (user + system) / 1_000,
    awsRequests: total(takeAwsRequests()),
  };
  process.send?.(sent);
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
