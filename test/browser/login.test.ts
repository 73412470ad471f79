import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { useStack } from '../use-stack.ts';
import { logIn } from './log-in.ts';
import { newProduct, newUser } from './people.ts';
import { useTabs } from './tabs.ts';

const open = useTabs();
const stack = useStack();
const HOUR_SECONDS = 3_600;
afterEach(() => stack.tokenSeconds(HOUR_SECONDS));

const placeOf = (page: Page): string => {
  const { pathname, search } = new URL(page.url());
  return `${pathname}${search}`;
};
const atLogin = (page: Page) => page.getByRole('heading', { name: 'Log in to the local Gatebell' }).waitFor();
const nothingHere = (page: Page) => page.getByRole('heading', { name: 'Page not found' }).waitFor();

describe('a user who logs in', () => {
  it('sees their name, and is logged out after logging out', async () => {
    const user = newUser('visitor');
    const page = await open({ user });
    await page.getByRole('button', { name: user }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await atLogin(page);
    await page.goBack();
    await atLogin(page);
  });

  it('has no token outside of the memory of the page', async () => {
    const page = await open({ user: newUser('visitor') });
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    expect(kept).not.toMatch(/eyJ|access_token|refresh_token/);
  });

  it('comes back to the same place when the login has expired', async () => {
    const user = newUser('visitor');
    await stack.tokenSeconds(5);
    const page = await open({ user, path: '/notifications?type=task&message=disk' });
    await stack.endLogins();
    await atLogin(page);
    await logIn(page, user);
    await expect.poll(() => placeOf(page)).toBe('/notifications?type=task&message=disk');
  });

  it('keeps what is typed when the login expires, and saves it after signing in beside the page', async () => {
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

describe('a reader', () => {
  it('sees neither the settings nor what is not theirs, by URL neither', async () => {
    const reader = newUser('reader');
    const [theirs, other] = [await newProduct(stack), await newProduct(stack)];
    await theirs.admit(reader, 'reader');
    await theirs.report(1);
    await other.report(1);
    const [hidden] = await other.notifications();
    const page = await open({ user: reader });
    await page.getByRole('link', { name: theirs.name }).waitFor();
    expect(await page.getByRole('link', { name: 'Products' }).count()).toBe(1);
    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: other.name }).count()).toBe(0);

    const goTo = async (path: string) => page.goto(new URL(path, page.url()).href);
    await goTo('/settings');
    await nothingHere(page);
    await goTo(`/products/${other.id}`);
    await nothingHere(page);
    await goTo(`/notifications/${hidden?.id}`);
    await page.getByText("It was deleted, or you don't have access.").waitFor();

    await goTo(`/products/${theirs.id}`);
    await page.getByRole('heading', { name: 'Security gate' }).waitFor();
    expect(await page.getByRole('button', { name: /Save|Send test|Delete|Remove/ }).count()).toBe(0);
  });
});
