import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { digestContent } from '../../core/channels/digest-content.ts';
import { renderEmail } from '../../core/channels/email/email-message.ts';
import { ms_teams } from '../../core/channels/ms-teams/index.ts';
import { slack } from '../../core/channels/slack/index.ts';
import { drawWebhook, MESSAGE_STYLE } from '../../packages/cdk-local/src/messages/draw-message.ts';
import type { TestStack } from '../stack.ts';
import { BASE_URL, digest, messageOf } from '../unit/channels/samples.ts';

const MODULES = join(import.meta.dirname, '../../node_modules');

/** The signs, which mail programs and Teams have in color, and the browser of the tests lacks. */
const SIGNS = join(MODULES, '@fontsource/noto-emoji/files/noto-emoji-2-700-normal.woff2');

/** No dependency, as only these pictures need it. */
const INSTALL = 'npm install --no-save @fontsource/noto-emoji@5.3.2';

export const hasSigns = (): boolean => existsSync(SIGNS);

/** Gives a page the signs, in place of the font that messages name. */
export const addSigns = async (page: Page): Promise<void> => {
  const font = readFileSync(SIGNS).toString('base64');
  const face = `font-family:'Segoe UI';src:url(data:font/woff2;base64,${font});unicode-range:U+2705,U+274C,U+26A0,U+26AA`;
  await page.addStyleTag({ content: `@font-face{${face}}` });
  await page.evaluate(() => document.fonts.load("bold 16px 'Segoe UI'", '✅❌⚠⚪'));
};

/** How messages are drawn: as wide as a reading pane, or a telephone. */
const LOOKS = [
  ['light', 720],
  ['dark', 720],
  ['light', 375],
  ['dark', 375],
] as const;

/** Draws a page of each look into `FOLDER/NAME-LOOK.png`, as high as its content. */
const drawLooks = async (
  browser: Browser,
  file: (look: string) => string,
  show: (page: Page) => Promise<unknown>,
): Promise<void> => {
  for (const [colorScheme, width] of LOOKS) {
    const context = await browser.newContext({ viewport: { width, height: 100 }, colorScheme });
    const page = await context.newPage();
    await show(page);
    await addSigns(page);
    await page.screenshot({ path: file(`${width}-${colorScheme}`), fullPage: true });
    await context.close();
  }
};

/** The mails to draw, by what their subject has. */
const MAILS = [
  ['mail-gate', 'Payment service failed its gate'],
  ['mail-exception', 'JSONDecodeError'],
] as const;

/** Draws mails as the browser shows what was sent. */
const drawMails = async (browser: Browser, stack: TestStack, folder: string): Promise<void> => {
  const sent = await stack.mail();
  for (const [name, about] of MAILS) {
    const html = sent.find(({ subject }) => subject.includes(about))?.body.html;
    if (html === undefined) throw new Error(`No mail was sent about ${about}`);
    await drawLooks(
      browser,
      (look) => join(folder, `${name}-${look}.png`),
      (page) => page.setContent(html),
    );
  }
};

/** The cards and blocks to draw, by the paths that they came to. */
const WEBHOOKS = [
  ['teams-gate', '/workflows/payment-service'],
  ['slack-gate', '/services/customer-portal'],
] as const;

/** Draws a card or blocks as the local stack's own pages do. */
const drawBody = (browser: Browser, body: unknown, path: string): Promise<void> =>
  drawLooks(
    browser,
    (look) => `${path}-${look}.png`,
    async (page) => {
      const style = `:root { color-scheme: light dark; } body { margin: 0; } ${MESSAGE_STYLE}`;
      await page.setContent(`<style>${style}</style>${drawWebhook(body)}`);
    },
  );

/** Draws what Teams and Slack got. */
const drawWebhooks = async (browser: Browser, stack: TestStack, folder: string): Promise<void> => {
  for (const [name, path] of WEBHOOKS) {
    const [message] = await stack.messages(path);
    const body: unknown = typeof message?.body === 'string' ? JSON.parse(message.body) : message?.body;
    await drawBody(browser, body, join(folder, name));
  }
};

/** Draws a message about many events in each channel. */
const drawDigest = async (browser: Browser, folder: string): Promise<void> => {
  const message = messageOf(digestContent(digest, BASE_URL));
  const { html } = renderEmail(message.content);
  await drawLooks(
    browser,
    (look) => join(folder, `mail-digest-${look}.png`),
    (page) => page.setContent(html),
  );
  await drawBody(browser, ms_teams.render(message), join(folder, 'teams-digest'));
  await drawBody(browser, slack.render(message), join(folder, 'slack-digest'));
};

/** Draws the messages that were sent, and a digest, if the font for it is installed. */
export const drawMessages = async (browser: Browser, stack: TestStack, folder: string): Promise<void> => {
  if (!hasSigns()) {
    console.log(`No pictures of messages. For those, run: ${INSTALL}`);
    return;
  }
  await drawMails(browser, stack, folder);
  await drawWebhooks(browser, stack, folder);
  await drawDigest(browser, folder);
};
