import { pageOf } from '../http/page.ts';
import { drawWebhook, messageArticle } from '../messages/draw-message.ts';
import type { ReceivedMessage } from './inbox.ts';

const SHOWN = 200;

/** A page with the latest messages as they look, newest first. */
export const receiverPage = (messages: readonly ReceivedMessage[]): string => {
  const shown = messages.slice(-SHOWN).reverse();
  const list = shown.map(({ method, path, time, json, body }) =>
    messageArticle({ channel: method, to: path, time, drawn: drawWebhook(json ?? body) }),
  );
  return pageOf(
    'Webhook receiver',
    `<h1>Webhook receiver</h1>
<p>${messages.length} messages that Slack or Microsoft Teams would have received, newest first. Reload to see more.
As JSON: <a href="/messages">/messages</a>.</p>
${list.length === 0 ? '<p>No messages yet.</p>' : list.join('\n')}`,
  );
};
