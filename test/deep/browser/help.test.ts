import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { newProduct, newUser } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

describe('each view', () => {
  it.each([
    ['/notifications', 'Notifications', 'Deliveries failed'],
    ['/products', 'Products', 'The first product'],
    ['/products/ID', 'Product', 'Report findings from CI'],
    ['/operations', 'Operations', "A message didn't arrive"],
    ['/settings', 'Settings', 'CloudWatch alarms'],
  ])('%s has help that leads to its place in the documentation', async (path, title, link) => {
    const product = await newProduct(stack);
    const page = await open({ user: 'alice', path: path.replace('ID', product.id) });
    await page.getByRole('button', { name: 'Open help' }).click();
    await page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor();
    const opened = page.waitForEvent('popup');
    await page.getByRole('link', { name: link }).click();
    const tab = await opened;
    const anchor = decodeURIComponent(new URL(tab.url()).hash);
    expect(anchor).not.toBe('');
    await expect.poll(() => tab.locator(`[id="${anchor.slice(1)}"]`).isVisible()).toBe(true);
    expect(await tab.evaluate(() => document.styleSheets.length)).toBe(1);
    await page.getByRole('button', { name: 'Close help' }).click();
    await page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor({ state: 'detached' });
  });
});

const foundSchema = z.object({ violations: z.array(z.object({ id: z.string(), impact: z.string().nullable() })) });

describe('the documentation', () => {
  it.each(['deploy', 'eventbridge', 'glossary', 'integrate', 'runbook', 'webhook-receiver'])(
    '%s fits a telephone, and axe-core finds nothing serious, light and dark',
    async (name) => {
      const page = await open({ user: newUser('visitor'), width: 375 });
      await page.goto(new URL(`/docs/${name}.html`, page.url()).href);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate(axe.source);
        const { violations } = foundSchema.parse(await page.evaluate('axe.run()'));
        expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      }
    },
  );
});

describe('a time', () => {
  it("is in the reader's zone, which shows on hover", async () => {
    const product = await newProduct(stack);
    await product.report(1);
    const [notification] = await product.notifications();
    const path = `/notifications/${notification?.id}`;
    const zones = [
      ['Asia/Tokyo', 'Japan Standard Time'],
      ['America/New_York', /Eastern (?:Standard|Daylight) Time/],
    ] as const;
    const seen: string[] = [];
    for (const [timezoneId, name] of zones) {
      const page = await open({ user: product.owner, path, timezoneId });
      await page
        .getByRole('table', { name: 'Deliveries' })
        .or(page.getByText('Why was nothing sent?'))
        .first()
        .waitFor();
      const time = page.getByRole('region').locator('time').first();
      expect(await time.getAttribute('title')).toMatch(name);
      seen.push((await time.textContent()) ?? '');
      for (const title of await page
        .locator('time')
        .evaluateAll((all) => all.map((each) => each.getAttribute('title'))))
        expect(title).toMatch(name);
    }
    expect(seen[0]).not.toBe(seen[1]);
  });
});
