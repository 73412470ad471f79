import { SESServiceException } from '@aws-sdk/client-ses';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../../core/access/role.ts';
import type { PostResult } from '../../../core/channels/http-post.ts';
import { sendWith } from '../../../core/channels/send.ts';
import { sendTestWith } from '../../../core/channels/send-test.ts';
import { newProduct } from '../../../core/products/revision.ts';
import { decryptDestination } from '../../../core/secrets/webhook-secrets.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../core/settings/model.ts';
import { HEALTHY } from '../../../core/targets/health.ts';
import type { SuppressedAddress } from '../../../core/targets/suppressed-address.ts';
import { testRoutes } from '../../../functions/test-notifications/test-routes.ts';
import { type Call, eventOf } from '../../api-call.ts';
import { sealedChannels, sealedFields, testVault } from '../../vault.ts';

const now = () => new Date('2026-12-02T14:05:10Z');
const SLACK = 'https://hooks.slack.com/services/T0123ABCD/B0123ABCD/s3cr3ts3cr3ts3cr3t';
const TEAMS = `https://x.environment.api.powerplatform.com/workflows/0f0f0f0f0f/invoke?sig=${'q9-Zx'.repeat(8)}`;
const SETTINGS: Settings = {
  ...DEFAULT_SETTINGS,
  email_from: 'gate@example.org',
  channels: sealedChannels(null, 'exception', { exception_slack_webhook: SLACK }),
  base_url_frontend: 'https://gatebell.example.org',
};
const ROLES: Readonly<Record<string, Role>> = { rita: 'reader', uma: 'upload', mona: 'maintainer', olivia: 'owner' };
const PRODUCT = 'POST /api/products/{product_id}/test_notification';
const EXCEPTIONS = 'POST /api/settings/test_notification';

const answer = (status: number, body: string): PostResult => ({ kind: 'answer', status, retryAfter: null, body });

type World = {
  settings?: Settings;
  post?: (webhook: string) => Promise<PostResult>;
  sendEmail?: (to: string) => Promise<unknown>;
  /** Fails as KMS does while it is away. */
  isKeyAway?: boolean;
  /** Fails as the table does while it throttles. */
  isTableBusy?: boolean;
  suppressed?: readonly SuppressedAddress[];
  /** Of the account's send rate. */
  turns?: number;
};

/** The two calls, with channels that answer as told; the product has one of each channel, and two addresses. */
const openWorld = ({
  settings = SETTINGS,
  post = async () => answer(200, 'ok'),
  sendEmail = async () => ({}),
  isKeyAway = false,
  isTableBusy = false,
  suppressed = [],
  turns = 1_000,
}: World = {}) => {
  const captured: string[] = [];
  const bodies: string[] = [];
  const sets: string[] = [];
  const healed: object[] = [];
  const waits: Date[] = [];
  let turnsLeft = turns;
  const channels = {
    notification_email_to: 'a@example.org, b@example.org',
    notification_ms_teams_webhook: TEAMS,
    notification_slack_webhook: SLACK,
  };
  const plain = newProduct('p1', { name: 'Shop' }, { user: 'olivia', settings, now: now() });
  const product = { ...plain, ...sealedFields('p1', channels) };
  const routes = testRoutes({
    readProduct: async (id, user) =>
      id === 'p1' ? { product, role: ROLES[user] ?? null, health: HEALTHY, settings } : null,
    readSettings: async () => settings,
    readSuppressed: async () => new Map(suppressed.map((entry) => [entry.address, entry])),
    open: async (destination) => {
      if (isKeyAway && destination.kind !== 'address') throw new Error('The key is disabled');
      return await decryptDestination(testVault, destination);
    },
    reserveMail: async (_owner, at) => {
      if (turnsLeft === 0) return null;
      turnsLeft -= 1;
      return at;
    },
    waitUntil: async (time) => {
      waits.push(time);
    },
    send: sendTestWith(
      sendWith({
        post: async ({ webhook, body }) => {
          bodies.push(body);
          return await post(webhook);
        },
        sendEmail: async ({ Destinations = [], RawMessage, ConfigurationSetName = 'none' }) => {
          sets.push(ConfigurationSetName);
          const { text = '' } = await PostalMime.parse(RawMessage?.Data ?? '');
          bodies.push(text);
          return await sendEmail(Destinations.join());
        },
        now,
      }),
      { configurationSet: 'ours' },
    ),
    healChannels: async (channels) => {
      if (isTableBusy) throw new Error('The table throttles');
      healed.push(channels);
    },
    capture: async ({ type, message }) => void captured.push(`${type}: ${message}`),
    now,
    log: { info: () => {}, error: () => {} },
  });
  const call = async (routeKey: string, { user, isAdministrator = false, ...rest }: Call) => {
    const path = routeKey === PRODUCT ? { path: { product_id: 'p1' } } : {};
    const event = eventOf(routeKey, { user, ...path, ...rest });
    const reply = await routes[routeKey]?.answer(event, { user, isAdministrator, scopes: [] });
    return { status: reply?.status, body: reply?.body };
  };
  return { call, bodies, sets, healed, captured, waits };
};

const row = (channel: string, more: object) => expect.objectContaining({ channel, ...more });

it('counts against the send rate for email, and says so when it is used up for long', async () => {
  const { call, bodies, waits } = openWorld({ turns: 1 });
  const { body } = await call(PRODUCT, { user: 'mona', query: { channel: 'email' } });
  const reason = "The account's send rate for email is used up at the moment. Try again in some seconds.";
  expect(body).toEqual({
    results: [row('email', { outcome: 'sent' }), row('email', { outcome: 'failed', reason })],
  });
  expect(bodies).toHaveLength(1);
  expect(waits).toHaveLength(13);
});

describe('who may test', () => {
  it.each([
    ['rita', 403],
    ['uma', 403],
    ['nora', 404],
    ['mona', 200],
    ['olivia', 200],
  ])('%s gets %i for a product', async (user, status) => {
    const { call, bodies } = openWorld();
    expect(await call(PRODUCT, { user })).toMatchObject({ status });
    expect(bodies).toHaveLength(status === 200 ? 4 : 0);
  });

  it('an administrator may, and gets 404 for a product that is not there', async () => {
    const { call } = openWorld();
    const admin = { user: 'alice', isAdministrator: true };
    expect(await call(PRODUCT, admin)).toMatchObject({ status: 200 });
    expect(await call(PRODUCT, { ...admin, path: { product_id: 'p2' } })).toMatchObject({ status: 404 });
    expect(await call(EXCEPTIONS, admin)).toMatchObject({ status: 200 });
  });

  it('no other caller can test the channels of exceptions', async () => {
    const { call, bodies } = openWorld();
    expect(await call(EXCEPTIONS, { user: 'olivia' })).toMatchObject({ status: 403 });
    expect(bodies).toEqual([]);
  });
});

it("goes under the stage's configuration set, as a sender's own is not granted", async () => {
  const { call, sets } = openWorld();
  expect(await call(PRODUCT, { user: 'mona' })).toMatchObject({ status: 200 });
  expect(sets).toEqual(['ours', 'ours']);
});

describe('what fails beside a test', () => {
  it("gets a failure for the webhook that can't be decrypted, and results for the others", async () => {
    const { call, bodies } = openWorld({ isKeyAway: true });
    const { status, body } = await call(PRODUCT, { user: 'mona' });
    const failed = { outcome: 'failed', reason: "The webhook can't be decrypted now; try again" };
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        results: [
          row('email', { outcome: 'sent' }),
          row('email', { outcome: 'sent' }),
          row('ms_teams', failed),
          row('slack', failed),
        ],
      },
    });
    expect(bodies).toHaveLength(2);
  });

  it('is on record, and hides no answer', async () => {
    const { call, captured } = openWorld({ isTableBusy: true });
    expect(await call(PRODUCT, { user: 'mona' })).toMatchObject({ status: 200 });
    expect(captured).toEqual(['task: The table throttles']);
  });
});

describe('what a test says', () => {
  it('shows a result for each target, one row for each address', async () => {
    const { call } = openWorld({
      post: async (webhook) => (webhook === SLACK ? answer(404, 'no_service') : answer(202, '')),
      sendEmail: async () => ({ MessageId: 'm-1', $metadata: { httpStatusCode: 200 } }),
    });
    const { body } = await call(PRODUCT, { user: 'mona' });
    expect(body).toEqual({
      results: [
        row('email', { target: 'a@example.org', outcome: 'sent', status: 200, answer: 'Message m-1', reason: null }),
        row('email', { target: 'b@example.org', outcome: 'sent' }),
        row('ms_teams', { outcome: 'sent', status: 202, answer: null }),
        row('slack', {
          target: expect.stringMatching(/^hooks\.slack\.com #[0-9a-f]{6}$/),
          outcome: 'failed',
          status: 404,
          answer: 'no_service',
          reason: 'The webhook was removed or switched off (no_service)',
        }),
      ],
    });
  });

  it('is marked as a test in every channel, and links to the product alone', async () => {
    const { call, bodies } = openWorld();
    await call(PRODUCT, { user: 'mona' });
    expect(bodies).toHaveLength(4);
    for (const body of bodies) {
      expect(body).toContain('Test: notifications for Shop arrive here');
      expect(body).toContain('Nothing has happened');
      expect(body).toContain('https://gatebell.example.org/products/p1');
      expect(body).not.toContain('/notifications/');
    }
  });

  it('sends to the one channel that is asked for', async () => {
    const { call, bodies } = openWorld();
    const { body } = await call(PRODUCT, { user: 'mona', query: { channel: 'ms_teams' } });
    expect(body).toEqual({ results: [row('ms_teams', { outcome: 'sent' })] });
    expect(bodies).toHaveLength(1);
  });

  it('refuses a channel that there is none of, and sends nothing', async () => {
    const { call, bodies } = openWorld();
    const { status, body } = await call(PRODUCT, { user: 'mona', query: { channel: 'sms' } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ path: 'channel' }] });
    expect(bodies).toEqual([]);
  });

  it('mends what takes it, and nothing else', async () => {
    const { call, healed } = openWorld({ post: async (of) => (of === SLACK ? answer(500, '') : answer(202, '')) });
    await call(PRODUCT, { user: 'mona', query: { channel: 'slack' } });
    await call(PRODUCT, { user: 'mona', query: { channel: 'ms_teams' } });
    await call(EXCEPTIONS, { user: 'alice', isAdministrator: true });
    expect(healed).toEqual([
      { productId: 'p1', deliveryIds: [] },
      { productId: 'p1', deliveryIds: ['ms_teams'] },
      { productId: null, deliveryIds: [] },
    ]);
  });

  it('is empty where nothing is set', async () => {
    const { call } = openWorld({ settings: DEFAULT_SETTINGS });
    const { body } = await call(EXCEPTIONS, { user: 'alice', isAdministrator: true });
    expect(body).toEqual({ results: [] });
  });

  it('sends nothing to an address whose owner complained', async () => {
    const entry = { address: 'a@example.org', reason: 'spam', since: '2026-11-28T09:00:00.000Z', product_id: 'other' };
    const { call, bodies } = openWorld({ suppressed: [entry] });
    const { body } = await call(PRODUCT, { user: 'mona', query: { channel: 'email' } });
    expect(body).toMatchObject({
      results: [
        { target: 'a@example.org', outcome: 'skipped', reason: expect.stringMatching(/complained .* on 2026-11-28/) },
        { target: 'b@example.org', outcome: 'sent' },
      ],
    });
    expect(bodies).toHaveLength(1);
  });

  it('skips mail without a sender, and says why', async () => {
    const { call } = openWorld({ settings: { ...SETTINGS, email_from: '' } });
    const { body } = await call(PRODUCT, { user: 'mona', query: { channel: 'email' } });
    const skipped = row('email', { outcome: 'skipped', status: null, reason: 'No From address (email_from) is set' });
    expect(body).toEqual({ results: [skipped, skipped] });
  });
});

describe('what the other side says', () => {
  const slackSays = async (result: PostResult) => {
    const { call } = openWorld({ post: async () => result });
    return await call(PRODUCT, { user: 'mona', query: { channel: 'slack' } });
  };

  it('is shown without the webhook, in whatever form the response quotes it', async () => {
    const quoted = `No ${SLACK}; /services/T0123ABCD/B0123ABCD/s3cr3ts3cr3ts3cr3t; B0123ABCD\n<b>gone</b>`;
    const { body } = await slackSays(answer(410, quoted));
    expect(JSON.stringify(body)).not.toMatch(/s3cr3t|T0123ABCD|B0123ABCD/);
    expect(body).toMatchObject({ results: [{ answer: expect.stringContaining('<b>gone</b>'), status: 410 }] });
  });

  it('is shown without the signature of a Teams webhook', async () => {
    const signature = new URL(TEAMS).searchParams.get('sig') ?? '';
    const { call } = openWorld({ post: async () => answer(401, `sig=${signature} is not valid`) });
    const { body } = await call(PRODUCT, { user: 'mona', query: { channel: 'ms_teams' } });
    expect(body).toEqual({ results: [row('ms_teams', { answer: 'sig=[hidden] is not valid' })] });
  });

  it('is cut, and one line', async () => {
    const { body } = await slackSays(answer(500, `one\ntwo ${'x'.repeat(4_000)}`));
    expect(body).toEqual({ results: [row('slack', { answer: expect.stringMatching(/^one two x{400,491}…$/) })] });
  });

  it('is empty without a response', async () => {
    const { body } = await slackSays({ kind: 'unreachable', reason: 'No answer within 10 s', isUnknown: true });
    expect(body).toEqual({
      results: [row('slack', { outcome: 'failed', status: null, answer: null, reason: 'No answer within 10 s' })],
    });
  });

  it('is what SES refused, with its name and status', async () => {
    const error = new SESServiceException({
      name: 'MessageRejected',
      message: 'Email address is not verified: gate@example.org',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
    const { call } = openWorld({
      sendEmail: async (to) => {
        if (to.startsWith('a@')) throw error;
        return {};
      },
    });
    const { body } = await call(PRODUCT, { user: 'mona', query: { channel: 'email' } });
    expect(body).toMatchObject({
      results: [
        {
          target: 'a@example.org',
          outcome: 'failed',
          status: 400,
          answer: 'MessageRejected: Email address is not verified: gate@example.org',
        },
        { target: 'b@example.org', outcome: 'sent' },
      ],
    });
  });

  it('is waited for side by side: a target that hangs keeps none from being tried', async () => {
    const begun = new Set<string>();
    const { call } = openWorld({
      // Answers only when all have been asked.
      post: async (webhook) => {
        begun.add(webhook);
        await expect.poll(() => begun.size).toBe(4);
        return answer(200, 'ok');
      },
      sendEmail: async (to) => {
        begun.add(to);
        await expect.poll(() => begun.size).toBe(4);
        return {};
      },
    });
    expect(await call(PRODUCT, { user: 'mona' })).toMatchObject({ status: 200 });
  });
});
