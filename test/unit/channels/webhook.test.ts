import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectWebhooks, type PostResult, type Resolve } from '../../../core/channels/http-post.ts';

const open: Server[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

const serve = async (listener: RequestListener) => {
  const server = createServer(listener);
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  open.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { origin: `http://127.0.0.1:${address.port}`, sockets };
};

const bodyOf = async (request: IncomingMessage): Promise<string> =>
  (await request.setEncoding('utf8').toArray()).join('');

const noNames: Resolve = async () => {
  throw new Error('nothing is to be resolved');
};

const connect = (options: { localOrigin?: string; extraHosts?: string[]; resolve?: Resolve; deadlineMs?: number }) =>
  connectWebhooks({
    policy: { extraHosts: options.extraHosts ?? [], localOrigin: options.localOrigin ?? null },
    deadlineMs: options.deadlineMs ?? 10_000,
    resolve: options.resolve ?? noNames,
  });

const SECRET = 'services/T000/B000/secret';
const TO_SLACK = `https://hooks.slack.com/${SECRET}`;

const expectSecretKept = (result: PostResult) => expect(JSON.stringify(result)).not.toContain('secret');

describe('a post', () => {
  it('is JSON of known length, and brings back status, Retry-After and body', async () => {
    const requests: { body: string; headers: unknown; method: string | undefined; url: string | undefined }[] = [];
    const { origin } = await serve(async (request, response) => {
      const { headers, method, url } = request;
      requests.push({ method, url, headers, body: await bodyOf(request) });
      response.writeHead(429, { 'retry-after': '7' }).end('rate_limited');
    });
    const result = await connect({ localOrigin: origin })({
      webhook: `${origin}/${SECRET}?a=b`,
      channel: 'slack',
      body: '{"text":"Größe"}',
      headers: { 'webhook-id': 'n.d', 'content-type': 'text/plain' },
    });
    expect(result).toEqual({ kind: 'answer', status: 429, retryAfter: '7', body: 'rate_limited' });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        url: `/${SECRET}?a=b`,
        body: '{"text":"Größe"}',
        headers: {
          'content-type': 'application/json',
          'content-length': '18',
          'user-agent': 'gatebell',
          'webhook-id': 'n.d',
        },
      },
    ]);
  });

  it('keeps its connection for the next', async () => {
    const { origin, sockets } = await serve((_, response) => response.end('ok'));
    const post = connect({ localOrigin: origin });
    for (let times = 0; times < 3; times += 1) await post({ webhook: `${origin}/x`, channel: 'slack', body: '{}' });
    expect(sockets).toHaveLength(1);
  });

  it('goes over a new connection when the kept one turns out dead', async () => {
    const seen = new Map<Socket, number>();
    const { origin, sockets } = await serve((request, response) => {
      const before = seen.get(request.socket) ?? 0;
      seen.set(request.socket, before + 1);
      if (before === 0) response.end('ok');
      else request.socket.destroy();
    });
    const post = connect({ localOrigin: origin });
    await post({ webhook: `${origin}/x`, channel: 'slack', body: '{}' });
    expect(await post({ webhook: `${origin}/x`, channel: 'slack', body: '{}' })).toMatchObject({
      kind: 'answer',
      status: 200,
    });
    expect(sockets).toHaveLength(2);
  });

  it('follows no redirect', async () => {
    const elsewhere: string[] = [];
    const other = await serve((request, response) => {
      elsewhere.push(request.url ?? '');
      response.end();
    });
    const { origin } = await serve((_, response) => response.writeHead(307, { location: `${other.origin}/x` }).end());
    expect(
      await connect({ localOrigin: origin })({ webhook: `${origin}/${SECRET}`, channel: 'slack', body: '{}' }),
    ).toMatchObject({ status: 307 });
    expect(elsewhere).toEqual([]);
  });

  it('gives up on who does not answer in time', async () => {
    const { origin } = await serve(() => {});
    const result = await connect({ localOrigin: origin, deadlineMs: 100 })({
      webhook: `${origin}/${SECRET}`,
      channel: 'slack',
      body: '{}',
    });
    expect(result).toEqual({ kind: 'unreachable', reason: 'No answer within 0.1 s', isUnknown: true });
  });

  it('takes an answer whose body never ends for what it says by then', async () => {
    const { origin } = await serve((_, response) => {
      response.writeHead(200);
      response.write('ok');
    });
    const result = await connect({ localOrigin: origin, deadlineMs: 300 })({
      webhook: `${origin}/x`,
      channel: 'slack',
      body: '{}',
    });
    expect(result).toMatchObject({ kind: 'answer', status: 200, body: 'ok' });
  });

  it('reads no more than 4 KB of an answer', async () => {
    const { origin } = await serve((_, response) => response.end('x'.repeat(1_000_000)));
    const result = await connect({ localOrigin: origin })({ webhook: `${origin}/x`, channel: 'slack', body: '{}' });
    expect(result.kind === 'answer' && result.body.length).toBe(4_096);
  });

  it('does not listen to an answer without an end', async () => {
    const { origin } = await serve((_, response) => {
      const more = () => response.write('x'.repeat(2_000), more);
      more();
    });
    const result = await connect({ localOrigin: origin, deadlineMs: 60_000 })({
      webhook: `${origin}/x`,
      channel: 'slack',
      body: '{}',
    });
    expect(result.kind === 'answer' && result.body.length).toBe(4_096);
  });

  it('says what went wrong without the URL', async () => {
    const { origin } = await serve((request) => request.socket.destroy());
    const post = connect({ localOrigin: origin });
    const reset = await post({ webhook: `${origin}/${SECRET}`, channel: 'slack', body: '{}' });
    expect(reset).toEqual({ kind: 'unreachable', reason: 'No connection (ECONNRESET)', isUnknown: true });
    expectSecretKept(reset);
  });
});

const addresses =
  (...list: string[]): Resolve =>
  async () =>
    list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('the guard', () => {
  it.each([
    ['loopback', ['127.0.0.1']],
    ['the metadata service', ['169.254.169.254']],
    ['a private address beside a public one', ['8.8.8.8', '10.0.0.1']],
    ['loopback in IPv6', ['::1']],
    ['loopback in an IPv4-mapped address', ['::ffff:127.0.0.1']],
  ])('refuses a name of the allow-list that resolves to %s', async (_, list) => {
    const result = await connect({ resolve: addresses(...list) })({ webhook: TO_SLACK, channel: 'slack', body: '{}' });
    expect(result).toEqual({ kind: 'forbidden', reason: 'The host has an address that is not public' });
  });

  it('connects to nobody for it', async () => {
    const { origin, sockets } = await serve((_, response) => response.end());
    const port = new URL(origin).port;
    await connect({ resolve: addresses('127.0.0.1') })({
      webhook: `https://hooks.slack.com:${port}/x`,
      channel: 'slack',
      body: '{}',
    });
    await connect({ resolve: addresses('127.0.0.1') })({ webhook: TO_SLACK, channel: 'slack', body: '{}' });
    expect(sockets).toEqual([]);
  });

  it.each([
    ['a host that is not on the list', 'https://evil.example/secret'],
    ["the other channel's host", 'https://x.flow.microsoft.com/secret'],
    ['http', 'http://hooks.slack.com/secret'],
    ['a port', 'https://hooks.slack.com:8443/secret'],
    ['credentials', 'https://a:secret@hooks.slack.com/'],
    ['no URL', 'secret'],
  ])('refuses %s, without resolving anything', async (_, webhook) => {
    const result = await connect({})({ webhook, channel: 'slack', body: '{}' });
    expect(result.kind).toBe('forbidden');
    expectSecretKept(result);
  });

  it.each(['10.0.0.5', '[::1]', '169.254.169.254'])(
    'refuses the address %s, even where ops allows it',
    async (host) => {
      const result = await connect({ extraHosts: [host] })({
        webhook: `https://${host}/x`,
        channel: 'slack',
        body: '{}',
      });
      expect(result).toMatchObject({ kind: 'forbidden' });
    },
  );

  it('exempts the one local origin, and no other port of it', async () => {
    const { origin } = await serve((_, response) => response.end());
    const result = await connect({ localOrigin: 'http://127.0.0.1:1' })({
      webhook: `${origin}/x`,
      channel: 'slack',
      body: '{}',
    });
    expect(result.kind).toBe('forbidden');
  });

  it('takes a name that does not resolve for something that may pass', async () => {
    const resolve: Resolve = async () => {
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${TO_SLACK}`), { code: 'ENOTFOUND' });
    };
    const result = await connect({ resolve })({ webhook: TO_SLACK, channel: 'slack', body: '{}' });
    expect(result).toEqual({ kind: 'unreachable', reason: 'No connection (ENOTFOUND)', isUnknown: false });
    expect(
      await connect({ resolve: async () => [] })({ webhook: TO_SLACK, channel: 'slack', body: '{}' }),
    ).toMatchObject({ kind: 'unreachable' });
  });

  it('counts the name against the deadline', async () => {
    const never = Promise.withResolvers<never>();
    const result = await connect({ resolve: () => never.promise, deadlineMs: 100 })({
      webhook: TO_SLACK,
      channel: 'slack',
      body: '{}',
    });
    expect(result).toEqual({ kind: 'unreachable', reason: 'No answer within 0.1 s', isUnknown: false });
  });
});

describe('a name that changes between two looks', () => {
  let tried: string[] = [];
  const Connecting = z.object({ socket: z.instanceof(Socket) });

  /** Node asks a socket's block list about each address before it connects: this one notes them and lets nothing out. */
  const watch = (message: unknown): void => {
    const check = (address: string): boolean => tried.push(address) > 0;
    Object.assign(Connecting.parse(message).socket, { blockList: { check } });
  };
  beforeEach(() => {
    tried = [];
    subscribe('net.client.socket', watch);
  });
  afterEach(() => {
    unsubscribe('net.client.socket', watch);
  });

  /** Each look finds the next of these, and the last one again and again. */
  const changing = (...looks: string[][]) => {
    const asked: string[] = [];
    const resolve: Resolve = (host) => {
      const look = looks[Math.min(asked.length, looks.length - 1)] ?? [];
      asked.push(host);
      return addresses(...look)(host);
    };
    return { asked, resolve };
  };

  it('is connected to where it was when it was checked', async () => {
    const { asked, resolve } = changing(['8.8.8.8', '2606:4700::1111'], ['127.0.0.1']);
    expect(await connect({ resolve })({ webhook: TO_SLACK, channel: 'slack', body: '{}' })).toMatchObject({
      kind: 'unreachable',
    });
    expect(tried).toEqual(['8.8.8.8', '2606:4700::1111']);
    expect(asked).toEqual(['hooks.slack.com']);
  });

  it('is checked anew for the next connection', async () => {
    const { resolve } = changing(['8.8.8.8'], ['127.0.0.1']);
    const post = connect({ resolve });
    expect(await post({ webhook: TO_SLACK, channel: 'slack', body: '{}' })).toMatchObject({ kind: 'unreachable' });
    expect(await post({ webhook: TO_SLACK, channel: 'slack', body: '{}' })).toMatchObject({ kind: 'forbidden' });
    expect(tried).toEqual(['8.8.8.8']);
  });
});
