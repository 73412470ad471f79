import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { newProduct, newUser } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const description = (page: Page) => page.getByRole('textbox', { name: 'Description' });
const question = (page: Page) => page.getByRole('dialog', { name: 'Leave without saving?' });

/** Holds calls back until the test lets them go; says how many there were. */
const holdBack = async (page: Page, path: string, method: string) => {
  const held: (() => void)[] = [];
  await page.route(path, async (route) => {
    if (route.request().method() === method) await new Promise<void>((resolve) => held.push(resolve));
    await route.continue();
  });
  return { count: () => held.length, letGo: () => held.splice(0).map((go) => go()).length };
};

describe('text that is typed while a save runs', () => {
  it('stays, unsaved, and the save says that it is done', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    const calls = await holdBack(page, `**/api/products/${product.id}`, 'PATCH');
    await description(page).fill('First');
    await page.getByRole('button', { name: 'Save Details' }).click();
    await expect.poll(calls.count).toBe(1);
    await description(page).fill('First and second');
    const saved = page.waitForResponse((response) => response.request().method() === 'GET' && response.ok());
    calls.letGo();
    await saved;
    await page.getByRole('button', { name: 'Save Details', disabled: false }).waitFor();
    expect(await description(page).inputValue()).toBe('First and second');
    expect(await page.getByRole('button', { name: 'Save Details' }).isEnabled()).toBe(true);
    await page.getByText('Details saved.').waitFor();
  });
});

describe('unsaved text', () => {
  it('asks before a link, Back, or Forward takes it away', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: '/products' });
    await page.getByRole('link', { name: product.name }).click();
    await description(page).fill('Half a thought');
    const stays = async () => {
      await question(page).waitFor();
      await question(page).getByRole('button', { name: 'Cancel' }).click();
      await question(page).waitFor({ state: 'detached' });
      await expect.poll(() => new URL(page.url()).pathname).toBe(`/products/${product.id}`);
      expect(await description(page).inputValue()).toBe('Half a thought');
    };
    await page.getByRole('link', { name: /Notifications/ }).click();
    await stays();
    await page.goBack();
    await stays();
    await page.goBack();
    await question(page).getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByRole('table', { name: 'Products' }).waitFor();
    await page.goForward();
    await description(page).fill('Half a thought');
    await page.getByRole('link', { name: /Notifications/ }).click();
    await question(page).getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByText('No notifications yet').waitFor();
  });

  it('asks before Esc closes its dialog', async () => {
    const page = await open({ user: newUser('founder'), path: '/products' });
    await page.getByRole('button', { name: 'Create product' }).first().click();
    const name = page.getByRole('textbox', { name: 'Name' });
    await name.fill('Half a name');
    await name.press('Escape');
    await question(page).getByRole('button', { name: 'Cancel' }).click();
    expect(await name.inputValue()).toBe('Half a name');
    await name.press('Escape');
    await question(page).getByRole('button', { name: 'Leave', exact: true }).click();
    await name.waitFor({ state: 'detached' });
  });
});

describe('Enter', () => {
  it('saves a form of several fields', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    await page.getByRole('radio', { name: 'Own gate' }).check();
    const high = page.getByRole('spinbutton', { name: 'High' });
    await high.fill('3');
    await high.press('Enter');
    await page.getByText('Security gate saved.').waitFor();
  });

  it('creates one product, however often it is pressed', async () => {
    const user = newUser('founder');
    const page = await open({ user, path: '/products' });
    const calls = await holdBack(page, '**/api/products', 'POST');
    await page.getByRole('button', { name: 'Create product' }).first().click();
    const name = page.getByRole('textbox', { name: 'Name' });
    await name.fill(`Founded by ${user}`);
    for (let presses = 0; presses < 3; presses += 1) await name.press('Enter');
    await expect.poll(calls.count).toBeGreaterThan(0);
    expect(calls.letGo()).toBe(1);
    await page.getByRole('heading', { level: 1, name: `Founded by ${user}` }).waitFor();
  });
});
