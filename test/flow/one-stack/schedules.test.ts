import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { useStack } from '../../use-stack.ts';

const stack = useStack();
const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

let tokens: Record<'owner' | 'maintainer' | 'reader' | 'stranger' | 'admin', string>;
let path: string;

beforeAll(async () => {
  tokens = {
    owner: await stack.token('olivia'),
    maintainer: await stack.token('mike'),
    reader: await stack.token('rita'),
    stranger: await stack.token('nora'),
    admin: await stack.token('alice', { admin: true }),
  };
  const made = await stack.api('POST', '/api/products', {
    token: tokens.owner,
    body: { name: 'Scheduled', notification_schedule: { slack: { kind: 'hourly' } } },
  });
  expect(made).toMatchObject({ status: 201, json: { notification_schedule: { slack: { kind: 'hourly' } } } });
  path = `/api/products/${z.object({ id: z.string() }).parse(made.json).id}`;
  for (const [user, role] of Object.entries({ mike: 'maintainer', rita: 'reader' }))
    await stack.api('PUT', `${path}/members/${user}`, { token: tokens.owner, body: { role } });
});

type Caller = keyof typeof tokens;

const patch = (body: object, caller: Caller = 'maintainer', headers = {}) =>
  stack.api('PATCH', path, { token: tokens[caller], body, headers });
const read = (caller: Caller) => stack.api('GET', path, { token: tokens[caller] });

describe('the schedules of a product', () => {
  it('are set by a maintainer, replace those before, and are read by every member', async () => {
    const schedule = { email: { kind: 'daily', time: '09:00', time_zone: 'Europe/Berlin' } };
    expect(await patch({ notification_schedule: schedule })).toMatchObject({ status: 200 });
    const { json } = await read('reader');
    expect(json).toMatchObject({ notification_schedule: schedule });
    expect(json).not.toHaveProperty('notification_schedule.slack');
    expect(await read('stranger')).toMatchObject({ status: 404 });
  });
});

describe('the mutes of a product', () => {
  const mute = { until: inDays(1), reason: 'Load test' };

  it('say who muted, when, why, and until when, to every member, and raise the version', async () => {
    const { headers } = await read('owner');
    expect(
      await patch({ notification_mute: { slack: mute } }, 'maintainer', { 'if-match': headers.get('etag') }),
    ).toMatchObject({ status: 200 });
    expect(await read('reader')).toMatchObject({
      json: { notification_mute: { slack: { ...mute, by: 'mike', since: expect.stringMatching(/^2\d{3}-.*Z$/) } } },
    });
    const stale = { 'if-match': headers.get('etag') };
    expect(await patch({ notification_mute: {} }, 'maintainer', stale)).toMatchObject({ status: 412 });
  });

  it('keep who muted when others are added, and are of who changes them', async () => {
    const all = { until: inDays(2), reason: 'Migration' };
    expect(await patch({ notification_mute: { slack: mute, all } }, 'owner')).toMatchObject({
      json: { notification_mute: { slack: { by: 'mike' }, all: { by: 'olivia', reason: 'Migration' } } },
    });
    const longer = { ...mute, until: inDays(3) };
    expect(await patch({ notification_mute: { slack: longer, all } }, 'admin')).toMatchObject({
      json: { notification_mute: { slack: { by: 'alice', until: longer.until }, all: { by: 'olivia' } } },
    });
  });

  it('end early when they are left out, or null', async () => {
    const kept = { until: inDays(2), reason: 'Kept' };
    await patch({ notification_mute: { slack: mute, email: mute, webhook: kept } });
    const { json } = await patch({ notification_mute: { webhook: kept, email: null } });
    expect(z.object({ notification_mute: z.record(z.string(), z.unknown()) }).parse(json).notification_mute).toEqual({
      webhook: expect.objectContaining(kept),
    });
    expect(await patch({ notification_mute: {} })).toMatchObject({ json: { notification_mute: {} } });
  });

  it.each(['reader', 'stranger'] as const)('are not for a %s to set', async (caller) => {
    expect(await patch({ notification_mute: {} }, caller)).toMatchObject({ status: caller === 'reader' ? 403 : 404 });
  });
});

describe('schedules and mutes of the settings', () => {
  it('are set and read by administrators alone', async () => {
    const body = {
      exception_schedule: { email: { kind: 'hourly' } },
      exception_mute: { all: { until: inDays(1), reason: 'Upgrade' } },
    };
    const token = tokens.admin;
    expect(await stack.api('PATCH', '/api/settings', { token: tokens.owner, body })).toMatchObject({ status: 403 });
    expect(await stack.api('PATCH', '/api/settings', { token, body })).toMatchObject({
      status: 200,
      json: { exception_mute: { all: { by: 'alice' } } },
    });
    expect(await stack.api('GET', '/api/settings', { token })).toMatchObject({ json: body });
    const none = { exception_schedule: {}, exception_mute: {} };
    expect(await stack.api('PATCH', '/api/settings', { token, body: none })).toMatchObject({ json: none });
  });
});

const DAILY = { kind: 'daily', time: '09:00', time_zone: 'Europe/Berlin' };
const MUTE = { until: inDays(1), reason: 'Load test' };

describe('bad input', () => {
  it.each([
    ['a zone that is none', 'schedule', { email: { ...DAILY, time_zone: 'Mars/Olympus' } }, 'email.time_zone'],
    ['an offset as a zone', 'schedule', { email: { ...DAILY, time_zone: '+02:00' } }, 'email.time_zone'],
    ['a time that is none', 'schedule', { email: { ...DAILY, time: '25:00' } }, 'email.time'],
    ['no time', 'schedule', { email: { kind: 'daily', time_zone: 'UTC' } }, 'email.time'],
    ['a kind that there is none of', 'schedule', { email: { kind: 'weekly' } }, 'email.kind'],
    ['a channel that there is none of', 'schedule', { pigeon: DAILY }, 'pigeon'],
    ['a schedule for all', 'schedule', { all: DAILY }, 'all'],
    ['a past mute', 'mute', { slack: { ...MUTE, until: inDays(-1) } }, 'slack.until'],
    ['a mute beyond a year', 'mute', { slack: { ...MUTE, until: inDays(366) } }, 'slack.until'],
    ['a mute until no time', 'mute', { slack: { ...MUTE, until: 'tomorrow' } }, 'slack.until'],
    ['a mute without a reason', 'mute', { all: { ...MUTE, reason: ' ' } }, 'all.reason'],
    ['a reason that is too long', 'mute', { all: { ...MUTE, reason: 'x'.repeat(201) } }, 'all.reason'],
    ['a mute of someone else', 'mute', { all: { ...MUTE, by: 'rita' } }, 'all.by'],
    ['a mute of a channel that there is none of', 'mute', { pigeon: MUTE }, 'pigeon'],
  ])('%s is refused by name, in products and in the settings', async (_, field, value, wrong) => {
    const inProduct = await patch({ [`notification_${field}`]: value });
    expect(inProduct).toMatchObject({ status: 400, json: { errors: [{ path: `notification_${field}.${wrong}` }] } });
    const body = { [`exception_${field}`]: value };
    const inSettings = await stack.api('PATCH', '/api/settings', { token: tokens.admin, body });
    expect(inSettings).toMatchObject({ status: 400, json: { errors: [{ path: `exception_${field}.${wrong}` }] } });
  });
});
