import { escapeHtml } from '../escape-html.ts';
import { drawBlocks, slackMessageSchema } from './draw-blocks.ts';
import { drawCard, teamsMessageSchema, undrawn } from './draw-card.ts';

/** How messages look: beside the style of the local stack's pages. */
export const MESSAGE_STYLE = `
.message { border: 1px solid light-dark(#d8dce2, #323a46); border-radius: .5rem; margin: 1rem 0; overflow: hidden; }
.message > header { padding: .5rem 1rem; border-bottom: 1px solid light-dark(#d8dce2, #323a46); overflow-wrap: anywhere; }
.message iframe { display: block; width: 100%; height: 8rem; border: 0; }
.card, .blocks, .message > pre { padding: 1rem; margin: 0; overflow-wrap: anywhere; color: light-dark(#242424, #fff);
  background: light-dark(#fff, #292929); font: .875rem/1.45 'Segoe UI', system-ui, sans-serif; }
.card p, .card dd, .blocks p { margin: 0 0 .5rem; color: inherit; } .card .large { font-size: 1.2rem; } .card .bolder, .blocks h3 { font-weight: 700; }
.card .attention { color: light-dark(#c4314b, #f9526b); } .card .good { color: light-dark(#237b4b, #92c353); }
.card .monospace, .message pre { font-family: ui-monospace, monospace; white-space: pre-wrap; }
.card .separator { border-top: 1px solid light-dark(#d8dce2, #555); padding-top: .5rem; }
.card .subtle, .blocks .subtle { color: light-dark(#616161, #d6d6d6); font-size: .8rem; }
.card dl { display: grid; grid-template-columns: minmax(5rem, max-content) minmax(0, 1fr); gap: 0 1rem; margin: .25rem 0; } .card dd p { margin: 0; }
.card .button { display: inline-block; border: 1px solid light-dark(#c8c8c8, #666); border-radius: .25rem; padding: .25rem .75rem; margin: 0 .5rem .25rem 0;
  color: inherit; text-decoration: none; font-weight: 600; }
.blocks h3 { font-size: 1.1rem; margin: 0 0 .5rem; } .blocks .fields { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1rem; }
.blocks a { color: light-dark(#1264a3, #4ba3e3); }
`;

/** A webhook's body as its program would show it: a card, blocks, or the JSON. */
export const drawWebhook = (body: unknown): string => {
  const card = teamsMessageSchema.safeParse(body);
  if (card.success) return drawCard(card.data);
  const blocks = slackMessageSchema.safeParse(body);
  return blocks.success ? drawBlocks(blocks.data) : undrawn(body);
};

/** As high as its content. No script of the email runs: the frame's sandbox allows none. */
const FIT = "event.target.style.height=event.target.contentDocument.documentElement.scrollHeight+'px'";

/** An email, opened. */
export const drawMail = (html: string): string =>
  `<iframe title="Email" sandbox="allow-same-origin" srcdoc="${escapeHtml(html)}" onload="${escapeHtml(FIT)}"></iframe>`;

/** A message with the line above it: its channel, where it went, and when. */
export const messageArticle = (message: {
  readonly channel: string;
  readonly to: string;
  readonly time: string;
  readonly drawn: string;
}): string => {
  const { channel, to, time, drawn } = message;
  return `<article class="message"><header><strong>${escapeHtml(channel)}</strong> to ${escapeHtml(to)} · <time>${escapeHtml(time)}</time></header>
${drawn}</article>`;
};
