/** `npm run demo`: reports a critical finding, so that the gate fails, and prints the messages of three channels. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { apiClient, fetchToken, handlesOrExit } from './api-client.ts';

const DEADLINE_MS = 20_000;
const POLL_MS = 100;

const productSchema = z.object({ id: z.string(), security_gate_passed: z.boolean().nullable() });
const messagesSchema = z.array(z.object({ path: z.string(), body: z.string() }));
const mailSchema = z.object({
  emails: z.array(
    z.object({
      from: z.string(),
      subject: z.string(),
      destination: z.object({ to: z.array(z.string()).default([]) }),
      body: z.looseObject({ text: z.string().optional() }),
    }),
  ),
});

const handles = handlesOrExit();
const api = apiClient(handles, await fetchToken(handles, { name: 'olivia' }));
const run = Date.now().toString(36);
const mailbox = `demo-${run}@example.com`;
const paths = { teams: `/workflows/demo-${run}`, slack: `/services/demo-${run}` };

/** Polls until there is a result; undefined after the deadline. */
const wait = async <T>(look: () => Promise<T | undefined>): Promise<T | undefined> => {
  for (const end = Date.now() + DEADLINE_MS; Date.now() < end; await sleep(POLL_MS)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  return undefined;
};

const getJson = async (url: string): Promise<unknown> => (await fetch(url)).json();

const webhook = async (path: string): Promise<string | undefined> => {
  const messages = messagesSchema.parse(await getJson(`${handles.receiver}/messages?path=${encodeURIComponent(path)}`));
  const [message] = messages;
  return message && texts(visibleIn(JSON.parse(message.body))).join('\n');
};

const email = async (): Promise<string | undefined> => {
  const { emails } = mailSchema.parse(await getJson(`${handles.mail}/store`));
  const found = emails.find(({ destination }) => destination.to.includes(mailbox));
  return found && `From: ${found.from}\nTo: ${mailbox}\nSubject: ${found.subject}\n\n${found.body.text ?? ''}`;
};

const slackSchema = z.object({ blocks: z.array(z.unknown()) });

/** Slack shows the blocks; the text beside them is for notifications of the desktop. */
const visibleIn = (body: unknown): unknown => slackSchema.safeParse(body).data?.blocks ?? body;

/** The readable part of a card: its texts and links in their order. */
const texts = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (typeof inner !== 'string') return texts(inner);
    return ['text', 'title', 'value', 'url'].includes(key) ? [inner] : [];
  });
};

const show = (channel: string, text: string | undefined): boolean => {
  const lines = (text ?? `no message within ${DEADLINE_MS / 1000} seconds`).trim().split('\n');
  console.log(`\n── ${channel} ${'─'.repeat(Math.max(0, 70 - channel.length))}`);
  for (const line of lines) console.log(`  ${line}`);
  return text !== undefined;
};

const ensureSender = async (): Promise<void> => {
  const asAdministrator = apiClient(handles, await fetchToken(handles, { name: 'alice' }));
  const { email_from: from } = z.object({ email_from: z.string() }).parse(await asAdministrator('GET', '/settings'));
  if (from === '') await asAdministrator('PATCH', '/settings', { email_from: 'gatebell@example.com' });
};

await ensureSender();
const { id } = productSchema.parse(
  await api('POST', '/products', {
    name: `Demo ${run}`,
    notification_email_to: mailbox,
    notification_ms_teams_webhook: `${handles.receiver}${paths.teams}`,
    notification_slack_webhook: `${handles.receiver}${paths.slack}`,
  }),
);
console.log(`Product "Demo ${run}" was created. A scan reports one critical and two high findings ...`);
const counts = { critical: 1, high: 2, medium: 5, low: 8, none: 0, unknown: 0 };
await api('PUT', `/products/${id}/observation_counts`, counts);
const { security_gate_passed: passed } = productSchema.parse(await api('GET', `/products/${id}`));
console.log(passed === false ? 'The security gate failed.' : `The gate did not fail: ${passed}`);

const [mail, teams, slack] = await Promise.all([
  wait(email),
  wait(() => webhook(paths.teams)),
  wait(() => webhook(paths.slack)),
]);
const arrived = [show('Email', mail), show('Microsoft Teams', teams), show('Slack', slack)];
console.log(`\nOpen ${handles.web}/_local to see the messages as they look.`);
process.exitCode = passed === false && arrived.every(Boolean) ? 0 : 1;
