import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { callAwsJson } from '../src/engines/aws-json.ts';
import { type Listening, listen } from '../src/listen.ts';

let engine: Listening;
/** Requests of each connection. */
const requests = new Map<unknown, number>();

beforeAll(async () => {
  // Answers one request of each connection, and closes it at the next, as an engine does when it was idle too long.
  engine = await listen((incoming, answer) => {
    const count = (requests.get(incoming.socket) ?? 0) + 1;
    requests.set(incoming.socket, count);
    if (count > 1) incoming.socket.destroy();
    else answer.end('{"ok":true}');
  });
});
afterAll(() => engine.stop());

it('asks again where the engine has closed the kept connection', async () => {
  const call = () => callAwsJson({ url: engine.url, target: 'X.Y', body: {}, answer: z.object({ ok: z.boolean() }) });
  await call();
  expect(await call()).toEqual({ ok: true });
  expect(requests.size).toBe(2);
});
