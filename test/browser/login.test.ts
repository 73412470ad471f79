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

  it('is asked first when something is typed and not saved', async () => {
    const product = await newProduct(stack);
    await stack.tokenSeconds(5);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    await page.getByRole('textbox', { name: 'Description' }).fill('Half a thought');
    await stack.endLogins();
    await page.getByText('Your session expired').waitFor();
    expect(await page.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('Half a thought');
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await atLogin(page);
    await logIn(page, product.owner);
    await expect.poll(() => placeOf(page)).toBe(`/products/${product.id}`);
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
