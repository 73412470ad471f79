import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Receiver, startReceiver } from '../src/receiver.ts';
import { eventually } from './eventually.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());
beforeEach(async () => {
  await fetch(`${receiver.url}/messages`, { method: 'DELETE' });
  await script([]);
});

const post = (path: string, body: string) => fetch(`${receiver.url}${path}`, { method: 'POST', body });
const script = (behaviours: unknown) =>
  fetch(`${receiver.url}/behaviour`, { method: 'PUT', body: JSON.stringify(behaviours) });
const Messages = z.array(z.looseObject({ headers: z.record(z.string(), z.unknown()), time: z.string() }));
const messages = async (query = '', { url } = receiver) =>
  Messages.parse(await (await fetch(`${url}/messages${query}`)).json());

const slack = JSON.stringify({ text: 'hello', blocks: [] });
const teams = JSON.stringify({
  type: 'message',
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: {} }],
});

test('a message to Slack is answered 200 ok, one to Teams 202 and nothing', async () => {
  const toSlack = await post('/services/T/B/x', slack);
  expect([toSlack.status, await toSlack.text()]).toEqual([200, 'ok']);
  const toTeams = await post('/workflows/1?sig=secret', teams);
  expect([toTeams.status, await toTeams.text()]).toEqual([202, '']);
});

test('what came is listed, whole or by path', async () => {
  await post('/one?sig=s', slack);
  await post('/two', 'no json');
  expect(await messages()).toEqual([
    expect.objectContaining({ method: 'POST', path: '/one', query: '?sig=s', body: slack, json: JSON.parse(slack) }),
    expect.objectContaining({ method: 'POST', path: '/two', query: '', body: 'no json' }),
  ]);
  const [second] = await messages('?path=/two');
  expect(second).not.toHaveProperty('json');
  expect(second?.headers).toHaveProperty('content-length', '7');
  expect(z.iso.datetime().safeParse(second?.time).success).toBe(true);
  expect(await messages('?path=/one')).toHaveLength(1);
});

test('messages are forgotten on request', async () => {
  await post('/one', slack);
  expect((await fetch(`${receiver.url}/messages`, { method: 'DELETE' })).status).toBe(204);
  expect(await messages()).toEqual([]);
});

describe('scripted', () => {
  test('the first behaviour that fits and has times left serves', async () => {
    await script([
      { path: '/a', status: 429, headers: { 'retry-after': '3' }, body: 'slow down', times: 1 },
      { path: '/b', status: 410, body: 'channel_is_archived' },
      { path: '/a', status: 500, body: { error: 'x' } },
    ]);
    const first = await post('/a', slack);
    expect([first.status, first.headers.get('retry-after'), await first.text()]).toEqual([429, '3', 'slow down']);
    const second = await post('/a', slack);
    expect([second.status, await second.text()]).toEqual([500, '{"error":"x"}']);
    expect((await post('/c', slack)).status).toBe(200);
    expect(await messages('?path=/a')).toHaveLength(2);
  });

  test('a delay holds the usual answer back', async () => {
    await script([{ path: '/a', delay_ms: 150 }]);
    const started = performance.now();
    expect(await (await post('/a', slack)).text()).toBe('ok');
    expect(performance.now() - started).toBeGreaterThan(140);
  });

  test('a reset breaks the connection, and the message was there', async () => {
    await script([{ path: '/a', reset: true }]);
    await expect(post('/a', slack)).rejects.toThrow();
    expect(await messages('?path=/a')).toHaveLength(1);
  });

  test('a hanging one never answers, and the receiver can still stop', async () => {
    const other = await startReceiver();
    await fetch(`${other.url}/behaviour`, { method: 'PUT', body: '[{"hang":true}]' });
    let isAnswered = false;
    const pending = fetch(`${other.url}/a`, { method: 'POST', body: slack }).then(
      () => {
        isAnswered = true;
      },
      () => 'broken',
    );
    await eventually(async () => (await messages('', other)).length === 1, 'the message');
    expect(isAnswered).toBe(false);
    await other.stop();
    expect(await pending).toBe('broken');
  });

  test.each([
    ['no JSON', '{'],
    ['no list', '{}'],
    ['an unknown key', '[{"statsu":500}]'],
    ['an impossible status', '[{"status":99}]'],
    ['a header that would break the answer', '[{"headers":{"x":"a\\r\\nb"}}]'],
    ['a negative delay', '[{"delay_ms":-1}]'],
  ])('%s gets 400 and changes nothing', async (_name, body) => {
    await script([{ path: '/a', status: 418 }]);
    const response = await fetch(`${receiver.url}/behaviour`, { method: 'PUT', body });
    expect(response.status).toBe(400);
    expect((await post('/a', slack)).status).toBe(418);
  });
});

test('the page shows messages as text, never as markup', async () => {
  await post('/a', JSON.stringify({ text: '<script>alert("1")</script>' }));
  await post('/b', '<img src=x onerror=alert(1)>');
  const page = await (await fetch(receiver.url)).text();
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(page).not.toMatch(/<script|<img/);
});

test('what is no webhook and no control is 404, and a strange request target breaks nothing', async () => {
  expect((await fetch(`${receiver.url}/nothing`)).status).toBe(404);
  await new Promise<void>((resolve) => {
    const strange = request(receiver.url, { method: 'POST', path: '//other.example/x' }, (response) => {
      response.resume().on('end', resolve);
    });
    strange.end('{}');
  });
  expect(await messages('?path=//other.example/x')).toHaveLength(1);
});
