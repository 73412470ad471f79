import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { digestContent } from '../../../core/channels/digest-content.ts';
import { renderEmail } from '../../../core/channels/email/email-message.ts';
import { toMessageContent } from '../../../core/channels/message-content.ts';
import {
  BASE_URL,
  digest,
  digestOf,
  exception,
  gateFailed,
  HOSTILE,
  hostileException,
} from '../../unit/channels/samples.ts';
import { browser } from '../../use-stack.ts';

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

const foundSchema = z.object({ violations: z.array(z.object({ id: z.string(), impact: z.string().nullable() })) });

/** What axe-core finds serious, such as too little contrast. */
const barriersOf = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  const { violations } = foundSchema.parse(await page.evaluate('axe.run()'));
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id);
};

const overflowOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
const colorsOf = (page: Page) =>
  page
    .locator('h1')
    .evaluate((heading) => [
      getComputedStyle(heading).color,
      getComputedStyle(heading.closest('.card') ?? heading).backgroundColor,
    ]);

const longName = { ...gateFailed, product_name: 'W'.repeat(255) };

describe.each([
  ['a gate change', toMessageContent(gateFailed, BASE_URL)],
  ['a gate change of a product with a long name', toMessageContent(longName, BASE_URL)],
  ['an exception', toMessageContent(exception, BASE_URL)],
  ['the longest and most hostile exception', toMessageContent(hostileException, BASE_URL)],
  ['a digest', digestContent(digest, BASE_URL)],
  ['the longest and most hostile digest', digestContent(digestOf(HOSTILE.repeat(9)), BASE_URL)],
  ['a digest of long words', digestContent(digestOf('W'.repeat(4_096)), BASE_URL)],
])('the mail of %s', (_what, content) => {
  it.each([
    ['light', 375],
    ['dark', 375],
    ['light', 800],
    ['dark', 800],
  ] as const)('fits and is legible, %s, at %i px', async (colorScheme, width) => {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    const page = await context.newPage();
    const { subject, html } = renderEmail(content);
    await page.setContent(html.replace('<head>', () => `<head><title>${subject.replaceAll('<', '&lt;')}</title>`));
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    expect(await barriersOf(page)).toEqual([]);
    expect(await colorsOf(page)).toEqual(
      colorScheme === 'light' ? ['rgb(22, 25, 31)', 'rgb(255, 255, 255)'] : ['rgb(233, 235, 237)', 'rgb(25, 37, 52)'],
    );
  });
});
