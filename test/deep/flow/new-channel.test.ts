/** The channel that CONTRIBUTING.md adds: its four code blocks are all that is done to a copy of the repository. */
import { globSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../eventually.ts';
import { copyRepository } from '../../repository-copy.ts';
import { startTestStack, type TestStack } from '../../stack.ts';

const SECRET = 'p4g3rC4n4ry00000000000001';
const OPS_SECRET = 'p4g3rOpsC4n4ry0000000002';
const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };

const recipe = copyRepository();
let stack: TestStack;
let tokens: { readonly admin: string; readonly olivia: string; readonly rita: string };
let product: string;

/** The `ts` blocks of a section of a document, in order. */
const blocksOf = (text: string, heading: string): string[] => {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```ts\n(.*?)^```/gms)].map(([, block = '']) => block);
};

const addPager = (): void => {
  const [declaration = '', behaviour = '', lines = ''] = blocksOf(recipe.read('CONTRIBUTING.md'), 'Add a channel');
  recipe.write('core/channels/pager/declaration.ts', declaration);
  recipe.write('core/channels/pager/index.ts', behaviour);
  const [declared, behaves] = lines.split('\n');
  recipe.append('core/channels/declarations.ts', `${declared}\n`);
  recipe.append('core/channels/behaviours.ts', `${behaves}\n`);
};

const webhook = (secret: string) => `${stack.handles.receiver}/pager/${secret}`;
const masked = () => `${new URL(stack.handles.receiver).origin}/***`;

/** Without the check against this repository's document, which does not know the channel. */
const call = async (token: string, method: string, path: string, body?: unknown) => {
  const response = await fetch(`${stack.handles.web}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    json: text === '' ? null : z.record(z.string(), z.unknown()).parse(JSON.parse(text)),
  };
};

const report = async (critical: number): Promise<void> => {
  const answer = await call(tokens.olivia, 'PUT', `/products/${product}/observation_counts`, { ...COUNTS, critical });
  expect(answer.status).toBe(200);
  await stack.atRest(60_000, { ignoreWaiting: true });
};

const deliveries = async () =>
  (await stack.items()).filter(({ sk, product_id }) => sk === 'DELIVERY#pager' && product_id === product);

beforeAll(async () => {
  addPager();
  await recipe.run('scripts/openapi.ts');
  stack = await startTestStack({ script: recipe.path('local/start.ts') });
  tokens = {
    admin: await stack.token('alice', { admin: true }),
    olivia: await stack.token('olivia'),
    rita: await stack.token('rita'),
  };
  const settings = { exception_pager_webhook: webhook(OPS_SECRET) };
  expect(await call(tokens.admin, 'PATCH', '/settings', settings)).toMatchObject({ status: 200 });
  const creation = { name: 'Paged', notification_pager_webhook: webhook(SECRET) };
  const made = await call(tokens.olivia, 'POST', '/products', creation);
  expect(made).toMatchObject({ status: 201, json: creation });
  product = String(made.json?.['id']);
  await call(tokens.olivia, 'PUT', `/products/${product}/members/rita`, { role: 'reader' });
}, 600_000);
afterAll(async () => {
  await stack?.stop();
  recipe.remove();
});

it('asks the compiler for nothing else', async () => {
  await recipe.run('node_modules/typescript/bin/tsc', '--noEmit');
  await recipe.run('node_modules/typescript/bin/tsc', '--noEmit', '-p', 'web');
});

it('is in the API description, in the page with its label and placeholder, and on the dashboard', async () => {
  const document = (await call(tokens.rita, 'GET', '/openapi.json')).text;
  for (const field of ['notification_pager_webhook', 'exception_pager_webhook']) expect(document).toContain(field);
  const page = globSync(recipe.path('web/dist/*/assets/*.js')).map((file) =>
    recipe.read(file.slice(recipe.path('').length)),
  );
  for (const text of ['Pager', 'https://events.pager.example/']) expect(page.join('')).toContain(text);
  const template = await recipe.run('node_modules/aws-cdk/bin/cdk', 'synth', '--json');
  expect(template).toContain('Attempts by outcome: Pager');
});

describe('a webhook that is set', () => {
  it('is read back by maintainers and administrators alone, and others see its host', async () => {
    const read = async (token: string, path: string) => (await call(token, 'GET', path)).json;
    const full = { notification_pager_webhook: webhook(SECRET), unreadable_fields: [] };
    expect(await read(tokens.olivia, `/products/${product}`)).toMatchObject(full);
    expect(await read(tokens.admin, `/products/${product}`)).toMatchObject(full);
    expect(await read(tokens.rita, `/products/${product}`)).toMatchObject({ notification_pager_webhook: masked() });
    const listed = [expect.objectContaining({ notification_pager_webhook: masked() })];
    expect(await read(tokens.olivia, '/products')).toMatchObject({ results: listed });
    expect(await read(tokens.admin, '/settings')).toMatchObject({ exception_pager_webhook: webhook(OPS_SECRET) });
  });

  it('is held against its own hosts', async () => {
    const refused = { notification_pager_webhook: 'https://evil.example.org/x' };
    expect(await call(tokens.olivia, 'PATCH', `/products/${product}`, refused)).toMatchObject({
      status: 400,
      json: { errors: [{ path: 'notification_pager_webhook' }] },
    });
    const own = { name: 'Own host', notification_pager_webhook: 'https://events.pager.example/x' };
    expect(await call(tokens.olivia, 'POST', '/products', own)).toMatchObject({ status: 201, json: own });
  });

  it('gets a failed gate and an exception, as its channel renders them', async () => {
    await report(3);
    const [message] = await stack.messages(`/pager/${SECRET}`);
    expect(JSON.parse(String(message?.body))).toMatchObject({ title: expect.stringContaining('Paged'), url: null });
    expect(await deliveries()).toMatchObject([
      { channel: 'pager', status: 'sent', target: expect.stringContaining('#') },
    ]);
    const quoted = `posting to https://events.pager.example/${SECRET} failed`;
    const exception = { exception_class: 'WalkError', message: quoted, function: 'walk' };
    expect((await call(tokens.admin, 'POST', '/exceptions', exception)).status).toBe(201);
    await stack.atRest(60_000);
    expect(await stack.messages(`/pager/${OPS_SECRET}`)).toHaveLength(1);
  });

  it('gets a test message, and its answer is shown without the secret', async () => {
    await stack.behaviour([{ path: `/pager/${SECRET}`, status: 200, body: `took /pager/${SECRET}`, times: 1 }]);
    expect(await call(tokens.olivia, 'POST', `/products/${product}/test_notification?channel=pager`)).toMatchObject({
      status: 200,
      json: { results: [{ channel: 'pager', outcome: 'sent', status: 200, answer: 'took /pager/[hidden]' }] },
    });
  });

  it('is broken once it is gone, says so under its label, and is tried again once it is set again', async () => {
    await stack.behaviour([{ path: `/pager/${SECRET}`, status: 410, body: 'gone', times: 1 }]);
    await report(0);
    const read = async () => (await call(tokens.rita, 'GET', `/products/${product}`)).json;
    await eventually(async () => {
      const broken = z.array(z.unknown()).parse((await read())?.['broken_channels']);
      return broken.length > 0;
    }, 'the channel shows as broken');
    expect(await read()).toMatchObject({ broken_channels: [{ channel: 'pager' }] });
    const told = (await stack.items()).filter(({ name }) => name?.startsWith('Pager of Paged is broken'));
    expect(told).not.toEqual([]);
    await call(tokens.olivia, 'PATCH', `/products/${product}`, { notification_pager_webhook: webhook(SECRET) });
    expect(await read()).toMatchObject({ broken_channels: [] });
    const count = async () => (await stack.messages(`/pager/${SECRET}`)).length;
    const before = await count();
    // Failed is what it was notified of last, so this is no news.
    await report(3);
    expect(await count()).toBe(before);
    await report(0);
    await eventually(async () => (await count()) === before + 1, 'the pass is sent');
  });

  it('is in no item, queue message or log', async () => {
    const { calls } = await stack.calls();
    const places = new Map([
      ['the table', JSON.stringify(await stack.rawItems())],
      ['the queues', calls.flatMap(({ messages }) => messages).join('\n')],
      ...stack.logs(),
    ]);
    expect(places.get('the queues')).toContain('pager');
    expect(places.get('the table')).toContain('pager');
    const found = [...places].filter(([, text]) => [SECRET, OPS_SECRET].some((secret) => text.includes(secret)));
    expect(found.map(([place]) => place)).toEqual([]);
  });

  it('is removed, and is deleted with its product', async () => {
    const removed = { notification_pager_webhook: '' };
    expect(await call(tokens.olivia, 'PATCH', `/products/${product}`, removed)).toMatchObject({
      status: 200,
      json: removed,
    });
    const before = (await stack.messages(`/pager/${SECRET}`)).length;
    await report(3);
    expect(await stack.messages(`/pager/${SECRET}`)).toHaveLength(before);
    expect(await call(tokens.olivia, 'DELETE', `/products/${product}`)).toMatchObject({ status: 204 });
    await stack.atRest(60_000, { ignoreWaiting: true });
    expect((await stack.items()).filter(({ pk }) => pk === `PRODUCT#${product}`)).toEqual([]);
  });
});
