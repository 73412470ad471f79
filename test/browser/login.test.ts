import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useStack } from '../use-stack.ts';
import { newProduct, newUser } from './people.ts';
import { useTabs } from './tabs.ts';

const open = useTabs();
const stack = useStack();
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
