import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { oneLine } from '../../core/platform/text/text.ts';
import { eventually } from '../eventually.ts';
import { startTestStack, type TestStack } from '../stack.ts';
import { readHtml } from '../unit/channels/read-mail.ts';
import { readMarkdown } from '../unit/channels/read-markdown.ts';
import { readSlackMarkup } from '../unit/channels/read-slack.ts';

let stack: TestStack;
let admin: string;

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.token('alice', { admin: true });
  const body = { email_from: 'gate@example.org', base_url_frontend: 'https://gatebell.example.org' };
  expect(await stack.api('PATCH', '/api/settings', { token: admin, body })).toMatchObject({ status: 200 });
});
afterAll(() => stack.stop());

const created = z.object({ id: z.string() });
const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
let products = 0;

/** A product whose gate has just failed; its webhooks go to the receiver under paths of its own. */
const failGate = async (fields: Record<string, string> = {}) => {
  products += 1;
  const path = `/product-${products}`;
  const body = {
    name: `Product ${products}`,
    notification_slack_webhook: `${stack.handles.receiver}${path}/slack`,
    ...fields,
  };
  const { id } = created.parse((await stack.api('POST', '/api/products', { token: admin, body })).json);
  const failing = { token: admin, body: { ...COUNTS, critical: 3 } };
  expect(await stack.api('PUT', `/api/products/${id}/observation_counts`, failing)).toMatchObject({ status: 200 });
  return { id, name: body.name, slackPath: `${path}/slack` };
};

const deliveriesOf = async (productId: string) =>
  (await stack.items()).filter((item) => item['sk']?.startsWith('DELIVERY#') && item['product_id'] === productId);

/** Waits for a delivery of a product to have a status. */
const untilStatus = (productId: string, status: string) =>
  eventually(
    async () => (await deliveriesOf(productId)).find((item) => item['status'] === status),
    `${status}`,
    20_000,
  );

const Card = z.array(
  z.looseObject({
    attachments: z.tuple([
      z.object({ content: z.object({ body: z.array(z.object({ text: z.string().optional() })) }) }),
    ]),
  }),
);
/** What webhooks under a path were sent. */
const bodies = async (path: string): Promise<unknown[]> =>
  (await stack.messages(path)).map(({ body }) => JSON.parse(String(body)));

const Blocks = z.array(z.looseObject({ text: z.string(), blocks: z.array(z.unknown()) }));

describe('a gate that fails', () => {
  it('reaches each channel once', async () => {
    const { id, name, slackPath } = await failGate({
      notification_email_to: 'bob@example.org',
      notification_ms_teams_webhook: `${stack.handles.receiver}/teams`,
    });
    await stack.atRest(20_000);
    const heading = `${name} failed its gate`;
    const mail = (await stack.mail()).filter(({ subject }) => subject === heading);
    expect(mail).toMatchObject([{ destination: { to: ['bob@example.org'] } }]);
    const [slack, ...more] = await stack.messages(slackPath);
    expect(more).toEqual([]);
    expect(JSON.stringify(slack?.body)).toContain(`https://gatebell.example.org/products/${id}`);
    expect(JSON.stringify(await stack.messages('/teams'))).toContain(heading);
    expect((await deliveriesOf(id)).map((item) => item['status'])).toEqual(['sent', 'sent', 'sent']);
  });

  it('ends as failed and as a dead letter where a webhook is gone', async () => {
    const path = `/product-${products + 1}/slack`;
    await stack.behaviour([{ path, status: 404, body: 'no_service' }]);
    const { id } = await failGate();
    const failed = await untilStatus(id, 'failed');
    expect(failed['last_error']).toBe('The webhook was removed or switched off (no_service)');
    await stack.atRest(20_000);
    const letters = await stack.deadLetters();
    expect(letters.filter((letter) => letter.includes(failed['notification_id'] ?? '?'))).toHaveLength(1);
    expect(letters.join()).not.toContain(stack.handles.receiver);
    expect(await stack.messages(path)).toHaveLength(1);
  });

  it('is sent later where a webhook throttles, at the time that it names', async () => {
    const path = `/product-${products + 1}/slack`;
    await stack.behaviour([{ path, status: 429, headers: { 'retry-after': '600' }, times: 1 }]);
    const { id } = await failGate();
    const waiting = await untilStatus(id, 'retrying');
    expect(waiting).toMatchObject({ attempts: '0', last_error: 'Throttled (429)' });
    // Until its target is released, too, or the clock moves before the time is counted from it.
    await stack.atRest(20_000, { ignoreWaiting: true });
    await stack.clock(590_000);
    await stack.atRest(20_000, { ignoreWaiting: true });
    expect(await stack.messages(path)).toHaveLength(1);
    await stack.clock(602_000);
    await untilStatus(id, 'sent');
    expect(await stack.messages(path)).toHaveLength(2);
    await stack.clock(0);
  });

  it('is sent as text where the name is markup, a mention, and a link', async () => {
    const name = '<b>A</b> [Pay](https://evil.example) <!channel> <at>All</at> &lt;i&gt; =?utf-8?Q?=0AB?=';
    const teams = '/disguised/teams';
    const { slackPath } = await failGate({
      name,
      notification_email_to: 'eve@example.org',
      notification_ms_teams_webhook: `${stack.handles.receiver}${teams}`,
    });
    await stack.atRest(20_000);
    const heading = `${oneLine(name)} failed its gate`;

    const mail = (await stack.mail()).find(({ destination }) => destination.to.includes('eve@example.org'));
    const html = readHtml(mail?.body.html ?? '');
    expect(mail?.subject).toBe(heading);
    expect(html.texts).toContain(`❌ ${heading}`);
    // The links of every message, and none of the name.
    expect(html.attributes.filter((attribute) => attribute.startsWith('a '))).toEqual([
      expect.stringMatching(/^a href=https?:.*\/products\/\w+$/),
      'a class=link',
      expect.stringMatching(/^a href=https?:.*\/notifications\/\w+$/),
    ]);

    const [card] = Card.parse(await bodies(teams))[0]?.attachments ?? [];
    const read = readMarkdown(card?.content.body[0]?.text ?? '');
    expect(read).toEqual({ text: `❌ ${heading.replaceAll(/<(?=\/?at>)/g, '‹')}`, marks: [] });

    const [blocks] = Blocks.parse(await bodies(slackPath));
    expect(readSlackMarkup(blocks?.text ?? '')).toEqual({ text: `❌ ${heading}`, marks: [] });
    expect(blocks?.blocks[0]).toMatchObject({ type: 'header', text: { type: 'plain_text', emoji: false } });
  });
});

it('logs no address and no webhook', () => {
  const logs = ['fan-out', 'dispatcher'].map((name) => stack.log(name)).join('\n');
  expect(logs).toContain('Delivery settled');
  expect(logs).not.toMatch(/bob@example|\/slack\b/);
});
