import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { Transports } from '../../../core/channels/behaviour.ts';
import { channelEventSchema, toEvent } from '../../../core/channels/event.ts';
import type { PostResult } from '../../../core/channels/http-post.ts';
import { toMessageContent } from '../../../core/channels/message-content.ts';
import { webhook } from '../../../core/channels/webhook/index.ts';
import { rotateSecrets, type SigningSecret } from '../../../core/secrets/signing-secrets.ts';
import { BASE_URL, exception, gateFailed, hostileException } from './samples.ts';

type Posted = Parameters<Transports['post']>[0];

const secret = (text: string): SigningSecret => ({
  secret: `whsec_${Buffer.from(text.repeat(32).slice(0, 32)).toString('base64')}`,
  until: null,
});
const OLD = secret('old');
const NEW = secret('new');

// The library holds the timestamp against the machine's clock.
const NOW = new Date();

const answered = (status: number, retryAfter: string | null = null): PostResult => ({
  kind: 'answer',
  status,
  retryAfter,
  body: '',
});

/** Sends a notification; the answer, and what was posted. */
const send = async (notification = gateFailed, { secrets = [OLD], result = answered(204), now = NOW } = {}) => {
  const posted: Posted[] = [];
  const message = {
    content: toMessageContent(notification, BASE_URL),
    event: toEvent(notification, BASE_URL),
    destination: { kind: 'webhook', channel: 'webhook', webhook: 'https://receiver.example/x', secrets },
    id: `${notification.id}.webhook`,
    thread: null,
    tracking: null,
  } as const;
  const { outcome } = await webhook.send(message, {
    now: () => now,
    sendEmail: () => Promise.reject(new Error('No email')),
    post: async (request) => {
      posted.push(request);
      return result;
    },
  });
  const [request] = posted;
  if (request === undefined) throw new Error('nothing was posted');
  return { outcome, body: request.body, headers: { ...request.headers } };
};

const verify = ({ secret: text }: SigningSecret, { body, headers }: Awaited<ReturnType<typeof send>>): unknown =>
  new Webhook(text).verify(body, headers);

describe('a signed webhook', () => {
  it.each([
    ['a gate change', gateFailed],
    ['an exception', exception],
    ['hostile text', hostileException],
  ])('posts %s as the documented event, which standardwebhooks verifies', async (_, notification) => {
    const sent = await send(notification);
    expect(verify(OLD, sent)).toEqual(channelEventSchema.parse(JSON.parse(sent.body)));
    expect(sent.outcome).toEqual({ kind: 'sent' });
  });

  it('is refused with another secret, another body, or another id', async () => {
    const sent = await send();
    expect(() => verify(NEW, sent)).toThrow();
    expect(() => verify(OLD, { ...sent, body: sent.body.replace('failed', 'passed') })).toThrow();
    expect(() => verify(OLD, { ...sent, headers: { ...sent.headers, 'webhook-id': 'other' } })).toThrow();
  });

  it('keeps its id over retries, with a timestamp of each', async () => {
    const first = await send();
    const second = await send(gateFailed, { now: new Date(NOW.getTime() + 60_000) });
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(Number(second.headers['webhook-timestamp'])).toBe(Number(first.headers['webhook-timestamp']) + 60);
    expect(verify(OLD, second)).toEqual(verify(OLD, first));
  });

  it('is signed with both secrets for a day after a rotation', async () => {
    const rotatedAt = (hoursAgo: number) => new Date(NOW.getTime() - hoursAgo * 3_600_000);
    const during = await send(gateFailed, { secrets: [...rotateSecrets([OLD], NEW, rotatedAt(23))] });
    expect(verify(OLD, during)).toEqual(verify(NEW, during));
    const after = await send(gateFailed, { secrets: [...rotateSecrets([OLD], NEW, rotatedAt(24))] });
    expect(verify(NEW, after)).toMatchObject({ version: 1 });
    expect(() => verify(OLD, after)).toThrow();
  });

  it.each([
    [200, null, { kind: 'sent' }],
    [204, null, { kind: 'sent' }],
    [302, null, { kind: 'refused' }],
    [400, null, { kind: 'refused' }],
    [410, null, { kind: 'refused', gone: true }],
    [429, '7', { kind: 'retry', afterSeconds: 7, burnsAttempt: false }],
    [500, null, { kind: 'retry', burnsAttempt: true }],
    [503, '30', { kind: 'retry', afterSeconds: 30, burnsAttempt: true }],
  ])('takes %i (Retry-After %s) for %j', async (status, retryAfter, outcome) => {
    expect((await send(gateFailed, { result: answered(status, retryAfter) })).outcome).toMatchObject(outcome);
  });
});
