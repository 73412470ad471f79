import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import type { TestStack } from '../stack.ts';

const MODULES = join(import.meta.dirname, '../../node_modules');

/** Microsoft's own renderer of Adaptive Cards. */
const RENDERER = join(MODULES, 'adaptivecards/dist/adaptivecards.min.js');

/** The signs, which mail programs and Teams have in color, and the browser of the tests lacks. */
const SIGNS = join(MODULES, '@fontsource/noto-emoji/files/noto-emoji-2-700-normal.woff2');

/** No dependencies, as only these pictures need them. */
const INSTALL = 'npm install --no-save adaptivecards@3.0.6 @fontsource/noto-emoji@5.3.2';

const addSigns = async (page: Page): Promise<void> => {
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
  show: (page: Page, isDark: boolean) => Promise<unknown>,
): Promise<void> => {
  for (const [colorScheme, width] of LOOKS) {
    const context = await browser.newContext({ viewport: { width, height: 100 }, colorScheme });
    const page = await context.newPage();
    await show(page, colorScheme === 'dark');
    await addSigns(page);
    await page.screenshot({ path: file(`${width}-${colorScheme}`), fullPage: true });
    await context.close();
  }
};

/** The mails to draw, by what their subject has. */
const MAILS = [
  ['mail-gate', 'Payment service changed from passed to failed'],
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

const teamsSchema = z.object({ attachments: z.tuple([z.object({ content: z.record(z.string(), z.unknown()) })]) });

const colorsOf = (isDark: boolean) => {
  const [text, subtle] = isDark ? ['#ffffff', '#d6d6d6'] : ['#242424', '#616161'];
  const color = (value: string) => ({ default: value, subtle });
  const foregroundColors = {
    default: color(text),
    good: color(isDark ? '#92c353' : '#237b4b'),
    attention: color(isDark ? '#f9526b' : '#c4314b'),
  };
  return { backgroundColor: isDark ? '#292929' : '#ffffff', foregroundColors };
};

/** Runs in the browser; returns what the renderer found wrong with the card. */
const RENDER = `({ card, style }) => {
  const renderer = new AdaptiveCards.AdaptiveCard();
  renderer.hostConfig = new AdaptiveCards.HostConfig({ fontFamily: 'Segoe UI, sans-serif', containerStyles: { default: style } });
  const context = new AdaptiveCards.SerializationContext();
  renderer.parse(card, context);
  document.body.style.margin = '0';
  document.body.append(renderer.render());
  return Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
}`;

/** Draws the card that Teams got, in Teams' colors. Throws if the renderer finds it invalid. */
const drawCard = async (browser: Browser, stack: TestStack, folder: string): Promise<void> => {
  const [message] = await stack.messages('/workflows/payment-service');
  const body: unknown = typeof message?.body === 'string' ? JSON.parse(message.body) : message?.body;
  const card = teamsSchema.parse(body).attachments[0].content;
  await drawLooks(
    browser,
    (look) => join(folder, `teams-gate-${look}.png`),
    async (page, isDark) => {
      await page.addScriptTag({ path: RENDERER });
      const argument = JSON.stringify({ card, style: colorsOf(isDark) });
      const found = z.array(z.string()).parse(await page.evaluate(`(${RENDER})(${argument})`));
      if (found.length > 0) throw new Error(`The card is invalid: ${found.join('; ')}`);
    },
  );
};

/** Draws the mails and the card that were sent, if the packages for it are installed. */
export const drawMessages = async (browser: Browser, stack: TestStack, folder: string): Promise<void> => {
  if (![RENDERER, SIGNS].every((file) => existsSync(file))) {
    console.log(`No pictures of messages. For those, run: ${INSTALL}`);
    return;
  }
  await drawMails(browser, stack, folder);
  await drawCard(browser, stack, folder);
};
