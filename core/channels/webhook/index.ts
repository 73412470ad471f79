import { createHmac } from 'node:crypto';
import { webhookBehaviour } from '../behaviour.ts';
import { outcomeOfAnswer } from '../http-outcome.ts';

/** `whsec_` and base64 (standard-webhooks.md, "Symmetric"). */
const keyOf = (secret: string): Buffer => Buffer.from(secret.slice('whsec_'.length), 'base64');

const signature = (secret: string, signed: string): string =>
  `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`;

/** Events as JSON, signed with each valid secret (standard-webhooks.md, "Webhook headers"). 410 means: send no more. */
export const webhook = webhookBehaviour({
  render: ({ event }) => event,
  headers: (body, { message: { id }, secrets, now }) => {
    const timestamp = String(Math.floor(now.getTime() / 1_000));
    const signatures = secrets.map((secret) => signature(secret, `${id}.${timestamp}.${body}`));
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
  },
  classify: outcomeOfAnswer,
});
