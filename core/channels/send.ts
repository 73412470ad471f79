import type { Behaviour, OutgoingMessage, SendResult, Transports } from './behaviour.ts';
import * as behaviours from './behaviours.ts';
import type { ChannelName } from './channels.ts';
import { connectSes } from './email/ses.ts';
import { connectWebhooks, DEADLINE_MS, resolveHost } from './http-post.ts';
import type { WebhookPolicy } from './webhook-address.ts';

const BEHAVIOURS: Readonly<Record<ChannelName, Behaviour>> = behaviours;

/** Sends a message to its destination, once. */
export type Send = (message: OutgoingMessage) => Promise<SendResult>;

/** Sends through the channel of the message's destination. */
export const sendWith =
  (transports: Transports): Send =>
  (message) =>
    BEHAVIOURS[message.destination.channel].send(message, transports);

/** Connects to SES and to the webhooks' hosts. */
export const connectTransports = (policy: WebhookPolicy): Transports => ({
  sendEmail: connectSes(),
  post: connectWebhooks({ policy, deadlineMs: DEADLINE_MS, resolve: resolveHost }),
  now: () => new Date(),
});
