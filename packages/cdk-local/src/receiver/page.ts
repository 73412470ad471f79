import { escapeHtml } from '../escape-html.ts';
import type { ReceivedMessage } from './inbox.ts';

const SHOWN = 200;

/** A page with the latest messages, newest first. */
export const receiverPage = (messages: readonly ReceivedMessage[]): string => {
  const shown = messages.slice(-SHOWN).reverse();
  const list = shown.length === 0 ? '<p>Nothing has come yet.</p>' : shown.map(messageArticle).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Webhook receiver</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
article { border: 1px solid #ccc; border-radius: 6px; padding: 0 1rem; margin: 1rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px; }
</style>
</head>
<body>
<h1>Webhook receiver</h1>
<p>${messages.length} messages that Slack or Microsoft Teams would have got, newest first. Reload to see more.
As JSON: <a href="/messages">/messages</a>.</p>
${list}
</body>
</html>
`;
};

const messageArticle = (message: ReceivedMessage): string => {
  const body = message.json === undefined ? message.body : JSON.stringify(message.json, undefined, 2);
  return `<article>
<h2>${escapeHtml(`${message.method} ${message.path}`)}</h2>
<p><time>${escapeHtml(message.time)}</time></p>
<pre>${escapeHtml(body)}</pre>
</article>`;
};
