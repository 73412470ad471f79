import { randomUUID } from 'node:crypto';
import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestTable, type TestTable } from '../../table.ts';
import { openWorld } from './world.ts';

let running: TestTable;
let world: ReturnType<typeof openWorld>;
beforeAll(async () => {
  running = await startTestTable();
  world = openWorld(running.table);
});
afterAll(() => running.stop());

const SLACK = 'https://hooks.slack.com/services/T0/B0/c4n4ry';

const create = (name: string, key: string | null, user = 'olivia') =>
  world.call('POST /api/products', {
    user,
    body: { name, notification_slack_webhook: SLACK },
    headers: key === null ? {} : { 'idempotency-key': key },
  });

const report = (message: string, key: string, fields: Record<string, unknown> = {}) =>
  world.call('POST /api/exceptions', {
    user: 'alice',
    isAdministrator: true,
    body: { exception_class: 'E', message: `'${message}'`, function: 'f', ...fields },
    headers: { 'idempotency-key': key },
  });

const itemsOf = async (sortKey: string) => {
  const { Items = [] } = await running.table.client.send(new ScanCommand({ TableName: running.table.name }));
  return Items.filter(({ sk }) => sk === sortKey);
};

const productsNamed = async (name: string) => (await itemsOf('PRODUCT')).filter((item) => item['name'] === name);

const windowOf = async (message: string) =>
  (await itemsOf('WINDOW')).find((item) => item['message'] === `'${message}'`);

describe('a product that is created under an idempotency key', () => {
  it('is one, and the same answer comes again, whatever has become of it', async () => {
    const [name, key] = [randomUUID(), randomUUID()];
    const first = await create(name, key);
    expect(first).toMatchObject({ status: 201, body: { name, notification_slack_webhook: SLACK } });
    const path = { product_id: String(first.body['id']) };
    await world.call('PATCH /api/products/{product_id}', { user: 'olivia', path, body: { name: `${name}!` } });
    expect(await create(name, key)).toEqual(first);
    expect(await productsNamed(name)).toHaveLength(0);
    expect(await productsNamed(`${name}!`)).toHaveLength(1);
  });

  it('is one for twenty at once, which all get the same answer', async () => {
    const [name, key] = [randomUUID(), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(name, key)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 201, body: { name } });
    expect(await productsNamed(name)).toHaveLength(1);
  });

  it('is refused with 422 under a key of another request, and nothing is written', async () => {
    const [name, key] = [randomUUID(), randomUUID()];
    await create(name, key);
    expect(await create(`${name}!`, key)).toMatchObject({
      status: 422,
      body: { type: 'urn:gatebell:problem:idempotency-key-reused' },
    });
    expect(await productsNamed(`${name}!`)).toHaveLength(0);
    expect((await report(name, key)).status).toBe(201);
    const own = { user: 'olivia', isAdministrator: true, headers: { 'idempotency-key': key } };
    const body = { exception_class: 'E', message: 'm', function: 'f' };
    expect((await world.call('POST /api/exceptions', { ...own, body })).status).toBe(422);
  });

  it('has a key of its own for each caller', async () => {
    const [name, key] = [randomUUID(), randomUUID()];
    await create(name, key);
    expect((await create(`${name} of rita`, key, 'rita')).status).toBe(201);
  });

  it('is not remembered where it was refused', async () => {
    const [name, key] = [randomUUID(), randomUUID()];
    const first = await create(name, null);
    expect((await create(name, key)).status).toBe(409);
    const path = { product_id: String(first.body['id']) };
    await world.call('DELETE /api/products/{product_id}', { user: 'olivia', path });
    expect((await create(name, key)).status).toBe(201);
  });

  it('is created again after 24 hours, even if the item of the key still exists', async () => {
    const [name, key] = [randomUUID(), randomUUID()];
    const first = await create(name, key);
    const kept = (await itemsOf('IDEMPOTENCY')).find((item) => String(item['reply']).includes(name));
    const createdSeconds = Date.parse(String(first.body['created'])) / 1_000;
    expect(Number(kept?.['expires_at']) - createdSeconds).toBeGreaterThan(86_398);
    expect(Number(kept?.['expires_at']) - createdSeconds).toBeLessThanOrEqual(86_400);
    await running.table.client.send(
      new UpdateCommand({
        TableName: running.table.name,
        Key: { pk: kept?.['pk'], sk: kept?.['sk'] },
        UpdateExpression: 'SET expires_at = :past',
        ExpressionAttributeValues: { ':past': Math.floor(Date.now() / 1_000) - 1 },
      }),
    );
    expect((await create(`${name} anew`, key)).status).toBe(201);
    expect((await create(`${name} anew`, key)).status).toBe(201);
    expect(await productsNamed(`${name} anew`)).toHaveLength(1);
  });

  it('leaves no webhook in the item of the key', async () => {
    await create(randomUUID(), randomUUID());
    expect(JSON.stringify(await itemsOf('IDEMPOTENCY'))).not.toContain('c4n4ry');
  });

  it.each(['', 'a b', 'ü', 'x'.repeat(256), 'a\tb'])('is refused under the key %j', async (key) => {
    expect(await create(randomUUID(), key)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'idempotency-key' }] },
    });
  });
});

describe('an exception that is reported under an idempotency key', () => {
  it('counts once, whether it is notified or held back', async () => {
    const message = randomUUID();
    const [one, two] = [`${message}1`, `${message}2`];
    const notified = await report(message, one);
    expect(notified).toMatchObject({ status: 201, body: { result: 'notified' } });
    const heldBack = await report(message, two);
    expect(heldBack).toMatchObject({ status: 200, body: { result: 'held_back' } });
    for (let times = 0; times < 3; times += 1) {
      expect(await report(message, one)).toEqual(notified);
      expect(await report(message, two)).toEqual(heldBack);
    }
    expect(await windowOf(message)).toMatchObject({ held_back: 1 });
    expect((await report(message, two, { trace: 'another' })).status).toBe(422);
  });

  it('counts once for each of twenty keys that are sent twice at once', async () => {
    const message = randomUUID();
    const keys = Array.from({ length: 20 }, (_, position) => `${message}${position}`);
    const answers = await Promise.all([...keys, ...keys].map((key) => report(message, key)));
    for (const [position] of keys.entries()) expect(answers[position]).toEqual(answers[position + keys.length]);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(await windowOf(message)).toMatchObject({ held_back: 19 });
  });
});
