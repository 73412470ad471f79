import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { AwsJsonError, callAwsJson } from '../src/engines/aws-json.ts';
import { type Events, startEvents } from '../src/engines/events.ts';

let events: Events;
beforeAll(async () => {
  events = await startEvents();
});
afterAll(() => events.stop());

const answerSchema = z.object({ FailedEntryCount: z.number(), Entries: z.array(z.record(z.string(), z.string())) });
const put = (...Entries: object[]) =>
  callAwsJson({ url: events.url, target: 'AWSEvents.PutEvents', body: { Entries }, answer: answerSchema });
const entry = { EventBusName: 'one', Source: 'test', DetailType: 'tested', Detail: '{"a":1}' };

test('records what is put on a bus, and answers each entry for itself', async () => {
  const answer = await put(entry, { ...entry, Detail: '[]' });
  expect(answer.FailedEntryCount).toBe(1);
  expect(answer.Entries).toMatchObject([{ EventId: expect.any(String) }, { ErrorCode: 'MalformedDetail' }]);
  expect(await (await fetch(`${events.url}/events`)).json()).toMatchObject([entry]);
});

test('refuses more than ten entries, none, and more than 256 KB', async () => {
  for (const entries of [
    Array.from({ length: 11 }, () => entry),
    [],
    [{ ...entry, Detail: `{"a":"${'x'.repeat(262_144)}"}` }],
  ])
    await expect(put(...entries)).rejects.toThrow(AwsJsonError);
});
