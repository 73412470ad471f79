/**
 * Webhooks in a process of their own: `/well/…` takes messages as Teams does, `/slack/…` as Slack does, others are broken in the
 * way that their path names.
 * It answers any process message with when each webhook message arrived since the last one.
 */
import { createServer, type RequestListener, type ServerResponse } from 'node:http';

let taken: { path: string; atMs: number }[] = [];

/** What each kind of target does with a message that it was sent. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  well: (response) => response.writeHead(202).end(),
  slack: (response) => response.end('ok'),
  // No answer, and the connection stays.
  hang: () => {},
  throttle: (response) => response.writeHead(429, { 'retry-after': '5' }).end(),
  fail: (response) => response.writeHead(500).end(),
  reset: (response) => response.socket?.destroy(),
  gone: (response) => response.writeHead(404).end(),
};

const answer: RequestListener = (request, response) => {
  const path = request.url ?? '';
  const kind = path.split('/')[1] ?? '';
  request.resume().on('end', () => {
    if (kind === 'well' || kind === 'slack') taken.push({ path, atMs: Date.now() });
    ANSWERS[kind]?.(response);
  });
};

const server = createServer(answer).listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.send?.({ url: `http://127.0.0.1:${address.port}` });
});
process.on('message', () => {
  process.send?.(taken);
  taken = [];
});
process.on('disconnect', () => process.exit(0));
