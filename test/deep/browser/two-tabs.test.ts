import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chooseMode } from '../../browser/choose-mode.ts';
import { newProduct, newUser } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const isDark = (page: Page) => page.evaluate(() => document.body.classList.contains('awsui-dark-mode'));

const open = useTabs();
const stack = useStack();

describe('two tabs', () => {
  it('with the same field: the second one is warned, and may replace what the first one saved', async () => {
    const product = await newProduct(stack);
    const path = `/products/${product.id}`;
    const [first, second] = [await open({ user: product.owner, path }), await open({ user: product.owner, path })];
    const [one, two] = [first, second].map((page) => ({
      field: page.getByRole('textbox', { name: 'Description' }),
      save: page.getByRole('button', { name: 'Save Details' }),
      saved: page.getByText('Details saved.'),
      warning: page.getByText('Someone else changed this meanwhile.'),
    }));
    if (one === undefined || two === undefined) throw new Error('Two tabs were opened');
    await two.field.fill('From the second');
    await one.field.fill('From the first');
    await one.save.click();
    await one.saved.waitFor();
    // Another change of the product, as of its counts, is no conflict.
    await product.report(1);
    await two.save.click();
    await two.warning.waitFor();
    expect(await two.field.inputValue()).toBe('From the second');
    await two.save.click();
    await two.saved.waitFor();
    expect(await two.warning.count()).toBe(0);
    await expect.poll(() => one.field.inputValue()).toBe('From the second');
  });

  it('of one browser share the mode, and are signed out together', async () => {
    const page = await open({ user: newUser('visitor') });
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('heading', { level: 1 }).waitFor();
    await chooseMode(page, 'Dark');
    await expect.poll(() => isDark(other)).toBe(true);
    await page.getByRole('button', { name: /^visitor-/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'Log in to the local Gatebell' }).waitFor();
  });
});

describe('the mode', () => {
  it('follows the system until the reader chooses', async () => {
    const page = await open({ user: newUser('visitor') });
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => isDark(page)).toBe(true);
    await chooseMode(page, 'Light');
    await expect.poll(() => isDark(page)).toBe(false);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await isDark(page)).toBe(false);
    await chooseMode(page, 'Same as the system');
    await expect.poll(() => isDark(page)).toBe(true);
  });
});
