/** The fixture app on the whole local stack: template, engines, sources, gate, login, HTTP. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../eventually.ts';
import { startTestStack, type TestStack } from '../../stack.ts';

let client: TestStack;

beforeAll(async () => {
  client = await startTestStack({
    script: fileURLToPath(new URL('../../unit/local/fixture/start-fixture.ts', import.meta.url)),
  });
}, 60_000);
afterAll(() => client?.stop());
afterEach(async () => {
  await client.faults([]);
  await client.denials([]);
  await client.atRest(30_000);
});

const Event = z.looseObject({ requestContext: z.looseObject({}) });
const items = async (pk: string) =>
  (await client.items()).filter((item) => item['pk'] === pk).map((item) => item['sk']);

describe('an item', () => {
  test('goes through stream and queue to the worker', async () => {
    const answer = await client.api('PUT', '/api/items/one');
    expect(answer).toMatchObject({ status: 201, text: 'one' });
    await client.atRest(10_000);
    expect(await items('one')).toEqual(['DONE', 'ITEM']);
    const { totals } = await client.calls();
    expect(totals['worker dynamodb:PutItem']).toMatchObject({ calls: 1, itemsWritten: 1 });
    expect(totals['trigger sqs:SendMessage']).toMatchObject({ calls: 1 });
  });

  test('is done although the worker is killed before and after its call', async () => {
    await client.faults([
      { function: 'worker', nth: 1, when: 'before', do: 'kill' },
      { function: 'trigger', nth: 1, when: 'after', do: 'kill' },
    ]);
    await client.api('PUT', '/api/items/two');
    await eventually(
      async () => (await client.calls({ function: 'worker' })).calls.some(({ outcome }) => outcome === 'kill'),
      'the worker was killed',
    );
    // Its message is invisible for a minute; the clock of the stack gets there at once.
    await client.clock(120_000);
    await eventually(async () => (await items('two')).includes('DONE'), 'the item is done');
    await client.clock(0);
  });

  test('that is poison ends in the dead-letter queue', async () => {
    await client.api('PUT', '/api/items/poison');
    for (const minutes of [2, 4, 6]) {
      await client.atRest(10_000, { ignoreWaiting: true });
      await client.clock(minutes * 60_000);
    }
    await client.atRest(10_000);
    expect(await client.deadLetters()).toEqual(['poison']);
    await client.clock(0);
  });
});

describe('a function', () => {
  test('may do what its role allows and nothing else', async () => {
    const { json } = await client.api('GET', '/api/denied');
    expect(json).toMatchObject({
      scan: {
        name: 'AccessDeniedException',
        message: expect.stringMatching(
          /^User: arn:aws:sts::000000000000:assumed-role\/fixture-ApiServiceRole\w+\/fixture-Api\w+ is not authorized to perform: dynamodb:Scan on resource: arn:aws:dynamodb:eu-central-1:000000000000:table\/fixture-Table/,
        ),
      },
      check: { name: 'AccessDeniedException', message: expect.stringContaining('dynamodb:ConditionCheckItem') },
      mail: {
        name: 'AccessDenied',
        message: expect.stringContaining(
          "ses:SendEmail' on resource `arn:aws:ses:eu-central-1:000000000000:identity/somebody@elsewhere.example'",
        ),
      },
      queue: { name: expect.stringMatching(/^AccessDenied/), message: expect.stringContaining('sqs:SendMessage') },
    });
  });

  test('sends mail from the identity that its role names', async () => {
    expect((await client.api('POST', '/api/mail')).json).toEqual({ ok: true });
    expect(await client.mail()).toMatchObject([{ from: 'Gatebell <gate@example.com>', subject: 'Subject' }]);
  });

  test('loses a permission that a test takes away', async () => {
    await client.denials([{ function: 'api', action: 'dynamodb:PutItem' }]);
    expect((await client.api('PUT', '/api/items/three')).status).toBe(500);
  });

  test('meets throttles and errors', async () => {
    await client.faults([
      { function: 'api', action: 'PutItem', nth: 1, do: 'throttle' },
      { function: 'api', action: 'dynamodb:PutItem', nth: 2, do: 'error' },
    ]);
    for (const status of [500, 500, 201]) expect((await client.api('PUT', '/api/items/four')).status).toBe(status);
    const outcomes = (await client.calls({ function: 'api' })).calls.slice(-3).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['throttle', 'error', 'ok']);
  });

  test('is invoked with any event', async () => {
    const event = { Records: [{ Sns: { Message: 'by hand' } }] };
    expect(await client.invoke('alarm', event)).toEqual({ kind: 'ok', payload: null });
    expect(await items('by hand')).toEqual(['ALARM']);
  });

  test.each([
    ['before', []],
    ['after', ['ALARM']],
  ] as const)('dies when it is killed %s its call', async (when, kept) => {
    await client.faults([{ function: 'alarm', nth: 1, when, do: 'kill' }]);
    const event = { Records: [{ Sns: { Message: `killed ${when}` } }] };
    expect(await client.invoke('alarm', event)).toMatchObject({ kind: 'error', errorType: 'Runtime.ExitError' });
    expect(await items(`killed ${when}`)).toEqual(kept);
  });

  test('waits while its sources are paused', async () => {
    await client.pause('worker');
    await client.api('PUT', '/api/items/five');
    await eventually(async () => (await client.calls({ function: 'trigger' })).calls.length > 0, 'the trigger ran');
    expect((await client.remainingWork()).isIdle).toBe(false);
    expect(await items('five')).toEqual(['ITEM']);
    await client.resume('worker');
    await client.atRest(10_000);
    expect(await items('five')).toEqual(['DONE', 'ITEM']);
  });
});

describe('a topic', () => {
  test('hands its messages to the function', async () => {
    await client.publish('high load');
    await eventually(async () => (await items('high load')).length === 1, 'the alarm is kept');
  });
});

describe('the HTTP API', () => {
  test('answers as API Gateway does', async () => {
    expect(await client.api('GET', '/api/absent')).toMatchObject({ status: 404, json: { message: 'Not Found' } });
    expect(await client.api('DELETE', '/api/open')).toMatchObject({ status: 404 });
    expect(await client.api('GET', '/api/crash')).toMatchObject({
      status: 500,
      json: { message: 'Internal Server Error' },
    });
    expect(await client.api('GET', '/api/inferred')).toMatchObject({ status: 200, json: { inferred: true } });
    expect(await client.api('POST', '/api/open', { body: { text: 'x'.repeat(11e6) } })).toMatchObject({ status: 413 });
  });

  test('passes headers and cookies of the answer', async () => {
    const { status, headers } = await client.api('GET', '/api/open');
    expect(status).toBe(200);
    expect(headers.get('x-seen')).toBe('yes');
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test('lets in who has a token of the local login, with the claims as text', async () => {
    const token = await client.token('alice');
    const { status, json } = await client.api('GET', '/api/closed/a%20b', { token });
    expect(status).toBe(200);
    expect(Event.parse(json)).toMatchObject({
      rawPath: '/api/closed/a b',
      pathParameters: { id: 'a b' },
      requestContext: {
        authorizer: { jwt: { claims: { sub: 'alice', groups: '[gatebell-administrators]' }, scopes: null } },
      },
    });
  });

  test('keeps others out', async () => {
    const closed = async (token?: string) => (await client.api('GET', '/api/closed/1', { token })).status;
    expect(await closed()).toBe(401);
    expect(await closed('nonsense')).toBe(401);
    expect(await closed(await client.token('rita', { claims: { aud: 'another' } }))).toBe(401);
    expect(await closed(await client.token('rita', { expires_in: -10 }))).toBe(401);
    const none = [{ alg: 'none' }, { sub: 'alice' }].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    expect(await closed(`${none.join('.')}.`)).toBe(401);
  });

  test('asks for a scope where the route does', async () => {
    const scoped = async (scope?: string) =>
      (await client.api('GET', '/api/scoped', { token: await client.token('ci', { scope }) })).status;
    expect(await scoped()).toBe(403);
    expect(await scoped('other exceptions')).toBe(200);
  });

  test('refuses a token when the clock has passed its end', async () => {
    const token = await client.token('rita');
    await client.clock(2 * 3_600_000);
    expect((await client.api('GET', '/api/closed/1', { token })).status).toBe(401);
    await client.clock(0);
  });
});

describe('the page about the stack', () => {
  test('greets, and says where things are', async () => {
    const page = await (await fetch(`${client.handles.web}/_local`)).text();
    expect(page).toContain(client.handles.mail);
    expect(page).not.toContain('<script');
  });
});

test('logs go to a file a function', async () => {
  await client.api('GET', '/api/crash');
  await eventually(() => existsSync(`${client.handles.logs}/api.log`), 'the log is there');
  expect(client.log('api')).toContain('as asked');
});
