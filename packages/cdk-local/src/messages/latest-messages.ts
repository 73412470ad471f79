import { z } from 'zod';
import { slackMessageSchema } from './draw-blocks.ts';
import { teamsMessageSchema } from './draw-card.ts';
import { drawMail, drawWebhook, messageArticle } from './draw-message.ts';

const receivedSchema = z.array(
  z.object({ path: z.string(), body: z.string(), json: z.unknown().optional(), time: z.string() }),
);
const mailSchema = z.object({
  emails: z.array(
    z.object({
      subject: z.string(),
      at: z.number(),
      destination: z.object({ to: z.array(z.string()).default([]) }),
      body: z.object({ html: z.string().optional(), text: z.string().optional() }),
    }),
  ),
});

const channelOf = (json: unknown): string => {
  if (teamsMessageSchema.safeParse(json).success) return 'Microsoft Teams';
  return slackMessageSchema.safeParse(json).success ? 'Slack' : 'Webhook';
};

const getJson = async (url: string): Promise<unknown> => (await fetch(url)).json();

/** The latest messages of all channels as HTML, newest first. */
export const latestMessages = async (
  { mail, receiver }: { readonly mail: string; readonly receiver: string },
  most: number,
): Promise<readonly string[]> => {
  const { emails } = mailSchema.parse(await getJson(`${mail}/store`));
  const received = receivedSchema.parse(await getJson(`${receiver}/messages`));
  const mails = emails.map(({ subject, at, destination, body: { html, text = '' } }) => ({
    channel: 'Email',
    to: `${destination.to.join(', ')}: ${subject}`,
    time: new Date(at * 1000).toISOString(),
    draw: () => (html === undefined ? drawWebhook({ text }) : drawMail(html)),
  }));
  const webhooks = received.map(({ path, body, json, time }) => ({
    channel: channelOf(json),
    to: path,
    time,
    draw: () => drawWebhook(json ?? body),
  }));
  return [...mails, ...webhooks]
    .toSorted((one, other) => other.time.localeCompare(one.time))
    .slice(0, most)
    .map(({ draw, ...message }) => messageArticle({ ...message, drawn: draw() }));
};
