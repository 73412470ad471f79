import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { logIn } from '../../browser/log-in.ts';
import { newProduct, newUser } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();
const HOUR_SECONDS = 3_600;
afterEach(() => stack.tokenSeconds(HOUR_SECONDS));

const placeOf = (page: Page): string => {
  const { pathname, search } = new URL(page.url());
  return `${pathname}${search}`;
};
const atLogin = (page: Page) => page.getByRole('heading', { name: 'Log in to the local Gatebell' }).waitFor();

describe('a user whose login expires', () => {
  it('comes back to the same place', async () => {
    const user = newUser('visitor');
    await stack.tokenSeconds(5);
    const page = await open({ user, path: '/notifications?type=task&message=disk' });
    await stack.endLogins();
    await atLogin(page);
    await logIn(page, user);
    await expect.poll(() => placeOf(page)).toBe('/notifications?type=task&message=disk');
  });

  it('keeps what is typed, and saves it after signing in beside the page', async () => {
    const product = await newProduct(stack);
    await stack.tokenSeconds(5);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    await page.getByRole('textbox', { name: 'Description' }).fill('Half a thought');
    await stack.endLogins();
    await page.getByText('Your session expired').waitFor();
    const description = page.getByRole('textbox', { name: 'Description' });
    expect(await page.getByRole('dialog').count()).toBe(0);
    await description.fill('A whole thought');
    const opened = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Sign in again' }).click();
    const popup = await opened;
    await popup.getByRole('textbox', { name: 'Somebody else' }).fill(product.owner);
    await stack.tokenSeconds(HOUR_SECONDS);
    await popup.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Your session expired').waitFor({ state: 'detached' });
    expect(await description.inputValue()).toBe('A whole thought');
    await page.getByRole('button', { name: 'Save Details' }).click();
    await page.getByText('Details saved.').waitFor();
    await page.reload();
    await expect.poll(() => description.inputValue()).toBe('A whole thought');
  });
});
