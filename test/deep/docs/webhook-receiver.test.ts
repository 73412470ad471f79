import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testEvent } from '../../../core/channels/event.ts';
import { connectWebhooks, resolveHost } from '../../../core/channels/http-post.ts';
import { testContent } from '../../../core/channels/test-content.ts';
import { webhook } from '../../../core/channels/webhook/index.ts';
import { newSecret } from '../../../core/secrets/signing-secrets.ts';
import { eventually } from '../../eventually.ts';

const root = join(import.meta.dirname, '../../..');

const running: ChildProcess[] = [];
afterEach(() => {
  for (const receiver of running.splice(0)) receiver.kill();
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  server.close();
  await once(server, 'close');
  return port;
};

/** Runs a receiver; its origin, and what it printed. */
const start = async (command: string, args: readonly string[], secret: string) => {
  const port = await freePort();
  const env = { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) };
  const receiver = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(receiver);
  const printed: string[] = [];
  receiver.stdout.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  return { origin: `http://127.0.0.1:${port}`, printed };
};

const sendTo = async (origin: string, secret: string) => {
  const tested = { product: { id: 'p1', name: 'Shop' }, user: 'olivia', now: new Date(), baseUrl: '' };
  const message = {
    content: testContent(tested),
    event: testEvent(tested),
    destination: { kind: 'webhook', channel: 'webhook', webhook: `${origin}/x`, secrets: [{ secret, until: null }] },
    id: 'test.1.webhook',
    thread: null,
    tracking: null,
  } as const;
  const policy = { extraHosts: [], localOrigin: origin };
  return await webhook.send(message, {
    now: () => new Date(),
    sendEmail: () => Promise.reject(new Error('No email')),
    post: connectWebhooks({ policy, deadlineMs: 10_000, resolve: resolveHost }),
  });
};

describe.each([
  ['Node', process.execPath, 'webhook-receiver.mjs'],
  ['Python', 'python3', 'webhook_receiver.py'],
])('the example receiver in %s', (_, command, file) => {
  it('takes what is signed with its secret, and refuses the rest', async () => {
    const [own, other] = [newSecret(randomBytes).secret, newSecret(randomBytes).secret];
    const { origin, printed } = await start(command, [join('examples', file)], own);
    await eventually(async () => (await sendTo(origin, own)).status !== null, 'the receiver listens', 60_000);
    expect(await sendTo(origin, own)).toMatchObject({ outcome: { kind: 'sent' }, status: 204 });
    expect(await sendTo(origin, other)).toMatchObject({ outcome: { kind: 'refused' }, status: 401 });
    await eventually(() => printed.join('').includes('test.sent Test'), 'the event is printed', 60_000);
  });
});
