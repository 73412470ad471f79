import { beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { messageTag } from '../../../core/deliveries/mail-feedback.ts';
import { eventually } from '../../eventually.ts';
import bounce from '../../fixtures/ses/bounce.json' with { type: 'json' };
import { useStack } from '../../use-stack.ts';

const stack = useStack();
let admin: string;

beforeAll(async () => {
  admin = await stack.token('alice', { admin: true });
  const body = { email_from: 'gate@example.org' };
  expect(await stack.api('PATCH', '/api/settings', { token: admin, body })).toMatchObject({ status: 200 });
});

const product = z.object({ id: z.string(), broken_channels: z.array(z.looseObject({ channel: z.string() })) });
const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };

const report = (id: string, critical: number) =>
  stack.api('PUT', `/api/products/${id}/observation_counts`, { token: admin, body: { ...COUNTS, critical } });

const readProduct = async (id: string) =>
  product.parse((await stack.api('GET', `/api/products/${id}`, { token: admin })).json);

/** Waits for mail deliveries of a product to have these statuses, in the order of their notifications. */
const untilMail = (productId: string, ...statuses: string[]) =>
  eventually(
    async () => {
      const all = (await stack.items()).filter(
        (item) => item['delivery_id']?.startsWith('email-') && item['product_id'] === productId,
      );
      const sorted = all.toSorted((one, other) => (one['pk'] ?? '').localeCompare(other['pk'] ?? ''));
      return sorted.map((item) => item['status']).join() === statuses.join() ? sorted : undefined;
    },
    statuses.join(),
    30_000,
  );

it('a mail that bounces is failed; its address is skipped and reported, until the list is set again', async () => {
  const slack = `${stack.handles.receiver}/bounced`;
  const body = { name: 'Bounced', notification_email_to: 'bob@example.org', notification_slack_webhook: slack };
  const { id } = product.parse((await stack.api('POST', '/api/products', { token: admin, body })).json);
  await report(id, 3);
  const [mail] = await untilMail(id, 'sent');
  const { notification_id = '', delivery_id = '', message_id = '' } = mail ?? {};
  const tags = { notification_id: [notification_id], delivery_id: [delivery_id], message: [messageTag(message_id)] };
  const event = { ...bounce, mail: { ...bounce.mail, tags: { ...bounce.mail.tags, ...tags } } };
  await stack.publish(JSON.stringify(event), stack.handles.mail_feedback_topic);

  const [failed] = await untilMail(id, 'failed');
  expect(failed?.['last_error']).toBe('Bounced (Permanent, General): smtp; 550 5.1.1 user unknown');
  await stack.atRest(20_000);
  expect((await stack.deadLetters()).join()).toContain(delivery_id);
  expect((await readProduct(id)).broken_channels).toMatchObject([{ channel: 'email', target: 'bob@example.org' }]);
  expect(JSON.stringify(await stack.messages('/bounced'))).toContain('is broken (bob@example.org)');

  await report(id, 0);
  const [, skipped] = await untilMail(id, 'failed', 'skipped');
  expect(skipped?.['last_error']).toContain('Not sent to this address since');

  const again = { token: admin, body: { notification_email_to: 'bob@example.org' } };
  expect(await stack.api('PATCH', `/api/products/${id}`, again)).toMatchObject({ status: 200 });
  expect((await readProduct(id)).broken_channels).toEqual([]);
  await report(id, 3);
  await untilMail(id, 'failed', 'skipped', 'sent');
});

it('an address whose owner complained gets no mail of any product, until an administrator lifts it', async () => {
  const body = { notification_email_to: 'carol@example.org' };
  const create = async (name: string) =>
    product.parse((await stack.api('POST', '/api/products', { token: admin, body: { ...body, name } })).json).id;
  const [first, second] = [await create('Complained'), await create('Not complained')];
  await report(first, 3);
  const [mail] = await untilMail(first, 'sent');
  const { notification_id = '', delivery_id = '', message_id = '' } = mail ?? {};
  const tags = { notification_id: [notification_id], delivery_id: [delivery_id], message: [messageTag(message_id)] };
  const event = {
    eventType: 'Complaint',
    mail: { ...bounce.mail, tags: { ...bounce.mail.tags, ...tags } },
    complaint: {
      feedbackId: '0101-complaint',
      complaintFeedbackType: 'abuse',
      complainedRecipients: [{ emailAddress: 'carol@example.org' }],
    },
  };
  await stack.publish(JSON.stringify(event), stack.handles.mail_feedback_topic);
  const addresses = '/api/suppressed_addresses';
  const listed = () => stack.api('GET', addresses, { token: admin });
  await eventually(
    async () => JSON.stringify((await listed()).json).includes('carol@example.org'),
    'it is listed',
    20_000,
  );
  await report(second, 3);
  const [skipped] = await untilMail(second, 'skipped');
  expect(skipped?.['reason_code']).toBe('address_suppressed');

  const path = `${addresses}/${encodeURIComponent(encodeURIComponent('carol@example.org'))}`;
  const stranger = await stack.token('nora');
  expect(await stack.api('DELETE', path, { token: stranger })).toMatchObject({ status: 403 });
  expect(await stack.api('DELETE', path, { token: admin })).toMatchObject({ status: 204 });
  expect(await listed()).toMatchObject({ json: { results: [] } });
  await report(second, 0);
  await untilMail(second, 'skipped', 'sent');
});
