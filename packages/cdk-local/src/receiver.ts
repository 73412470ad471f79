import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Running } from './lambda.ts';
import { type Behaviour, behavioursSchema, createScript, type Script } from './receiver/behaviour.ts';
import { createInbox, type Inbox } from './receiver/inbox.ts';
import { receiverPage } from './receiver/page.ts';

/** A running webhook receiver: page at `url`, any `POST <url>/ANY/PATH` is a webhook. */
export type Receiver = Running & { readonly url: string };

const MAXIMUM_BODY_BYTES = 4_000_000;

const teamsMessageSchema = z.object({
  attachments: z.array(z.object({ contentType: z.literal('application/vnd.microsoft.card.adaptive') })).min(1),
});

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly url: URL };

/** Starts a receiver for webhooks on loopback. `port` 0, the default, takes a free one. */
export const startReceiver = async (options: { readonly port?: number } = {}): Promise<Receiver> => {
  const room = { inbox: createInbox(), script: createScript(), stopping: new AbortController() };
  const server = createServer((request, response) => {
    serve(request, response, room).catch(() => response.destroy());
  }).listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      room.stopping.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

type Room = { readonly inbox: Inbox; readonly script: Script; readonly stopping: AbortController };

const serve = async (request: IncomingMessage, response: ServerResponse, room: Room): Promise<void> => {
  // Not `new URL(path, base)`: with `//host` as the path, that would be another host's URL.
  const url = new URL(`http://receiver${request.url ?? '/'}`);
  const body = await readBody(request);
  if (body === undefined) return void response.writeHead(413, { connection: 'close' }).end();
  if (request.method === 'POST') return takeMessage({ request, response, url }, body, room);
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /':
      return void response
        .setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(receiverPage(room.inbox.list()));
    case 'GET /messages':
      return sendJson(response, 200, room.inbox.list(url.searchParams.get('path') ?? undefined));
    case 'DELETE /messages':
      room.inbox.clear();
      return void response.writeHead(204).end();
    case 'PUT /behaviour': {
      const behaviours = behavioursSchema.safeParse(parseJson(body));
      if (!behaviours.success) return sendJson(response, 400, { error: z.prettifyError(behaviours.error) });
      room.script.replace(behaviours.data);
      return void response.writeHead(204).end();
    }
    default:
      return sendJson(response, 404, {
        error: 'POST to any path is a webhook; GET and DELETE /messages, PUT /behaviour and GET / are the other calls',
      });
  }
};

/** Keeps the message and answers it, as scripted or as Slack and Teams do. */
const takeMessage = async ({ request, response, url }: Exchange, body: string, room: Room): Promise<void> => {
  const json = parseJson(body);
  const { pathname: path, search: query } = url;
  room.inbox.add({
    method: request.method ?? '',
    path,
    query,
    headers: request.headers,
    body,
    ...(json === undefined ? {} : { json }),
    time: new Date().toISOString(),
  });
  const behaviour = room.script.take({ path, query });
  if (behaviour?.hang === true) return;
  if (behaviour?.delay_ms !== undefined) await sleep(behaviour.delay_ms, undefined, { signal: room.stopping.signal });
  if (behaviour?.reset === true) return void request.socket.resetAndDestroy();
  sendScripted(response, behaviour, teamsMessageSchema.safeParse(json).success);
};

const sendScripted = (response: ServerResponse, behaviour: Behaviour | undefined, isTeams: boolean): void => {
  const { status, body, headers = {} } = behaviour ?? {};
  const usual = isTeams ? { status: 202, body: '' } : { status: 200, body: 'ok' };
  const isUsual = status === undefined && body === undefined;
  const text = isUsual ? usual.body : typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status ?? usual.status, headers).end(text);
};

const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk));
    bytes += chunks.at(-1)?.length ?? 0;
    if (bytes > MAXIMUM_BODY_BYTES) return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
};
