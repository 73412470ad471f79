/**
 * EventBridge, as far as the stack uses it: `PutEvents` records what functions put on buses, and `GET <url>/events` lists it.
 * It models no rules, targets, archives or bus policies, and takes any bus: the AWS proxy checks the function's role.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Running } from '../lambda.ts';
import { listen } from '../listen.ts';
import { readBody } from '../read-body.ts';

const entrySchema = z.object({
  EventBusName: z.string().default('default'),
  Source: z.string(),
  DetailType: z.string(),
  Detail: z.string(),
  Time: z.number().optional(),
});

const putEventsSchema = z.object({ Entries: z.array(entrySchema).min(1).max(10) });

/** The most that one call may carry. */
const MAX_BYTES = 256 * 1_024;

/** An event as it was recorded. */
export type RecordedEvent = z.infer<typeof entrySchema> & { readonly EventId: string };

/** A running EventBridge; events at `GET <url>/events`. */
export type Events = Running & { readonly url: string };

const isJsonObject = (text: string): boolean => {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
};

/** Starts EventBridge on loopback. It keeps the events in memory. */
export const startEvents = async (): Promise<Events> => {
  const recorded: RecordedEvent[] = [];
  const put = ({ Entries }: z.infer<typeof putEventsSchema>) => {
    const answers = Entries.map((entry) => {
      if (!isJsonObject(entry.Detail)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
      const EventId = randomUUID();
      recorded.push({ ...entry, EventId });
      return { EventId };
    });
    return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
  };
  return await listen(async (incoming, response) => {
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    if (incoming.method === 'GET') return void reply(200, recorded);
    if (incoming.headers['x-amz-target'] !== 'AWSEvents.PutEvents')
      throw new Error('The local EventBridge has PutEvents only');
    const body = String(await readBody(incoming));
    const { data } = putEventsSchema.safeParse(JSON.parse(body));
    if (data === undefined || Buffer.byteLength(body) > MAX_BYTES)
      return void reply(400, { __type: 'ValidationException', message: '' });
    reply(200, put(data));
  });
};
