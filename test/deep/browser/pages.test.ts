import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { newProduct } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const table = (page: Page) => page.getByRole('table', { name: 'Notifications' });
const rows = (page: Page) => table(page).getByRole('row').filter({ hasText: ' → ' });
const next = (page: Page) => page.getByRole('button', { name: 'Next page' });
const previous = (page: Page) => page.getByRole('button', { name: 'Previous page' });
const scrollY = (page: Page) => page.evaluate(() => Math.round(window.scrollY));

/** A product whose gate changed so often. */
const withNotifications = async (count: number) => {
  const product = await newProduct(stack);
  for (let flip = 1; flip <= count; flip += 1) await product.report(flip % 2);
  return { ...product, all: await product.notifications(100) };
};

/** Of three pages. Only the last test adds to them. */
let many: Awaited<ReturnType<typeof withNotifications>>;
beforeAll(async () => {
  many = await withNotifications(53);
});

describe('the pages of the list', () => {
  it('have 25 rows each and all rows together, and a number in the address', async () => {
    const page = await open({ user: many.owner });
    const ids = () =>
      rows(page)
        .getByRole('link')
        .evaluateAll((links) => links.map((link) => new URL(link.getAttribute('href') ?? '', location.href).pathname));
    const seen: string[] = [];
    for (const [number, count] of [25, 25, 3].entries()) {
      await expect.poll(() => rows(page).count()).toBe(count);
      expect(new URL(page.url()).search).toBe(number === 0 ? '' : `?page=${number + 1}`);
      seen.push(...(await ids()));
      if (number < 2) await next(page).click();
    }
    expect(seen).toEqual(many.all.map(({ id }) => `/notifications/${id}`));
    expect(await next(page).isDisabled()).toBe(true);
    await previous(page).click();
    await expect.poll(() => rows(page).count()).toBe(25);

    const shared = await open({ user: many.owner, path: '/?page=3' });
    await expect.poll(() => rows(shared).count()).toBe(3);
    await shared.goto(new URL('/?page=9', shared.url()).href);
    await expect.poll(() => rows(shared).count()).toBe(3);
    expect(new URL(shared.url()).search).toBe('?page=3');
  });

  it('stay as they were, scrolled as far, when one comes back from a product', async () => {
    const page = await open({ user: many.owner });
    await next(page).click();
    await expect.poll(() => new URL(page.url()).search).toBe('?page=2');
    await expect.poll(() => rows(page).count()).toBe(25);
    const last = await rows(page).last().getByRole('link').getAttribute('href');
    await page.evaluate(() => scrollTo(0, 400));
    await expect.poll(() => scrollY(page)).toBeGreaterThan(300);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).search));
    await page.getByRole('link', { name: 'Products' }).dispatchEvent('click');
    await page.getByRole('link', { name: many.name }).waitFor();
    expect(await scrollY(page)).toBe(0);
    await page.getByRole('link', { name: many.name }).click();
    await page.getByRole('heading', { level: 1, name: many.name }).waitFor();
    await page.goBack();
    await page.getByRole('table', { name: 'Products' }).waitFor();
    await page.goBack();
    await expect.poll(() => rows(page).count()).toBe(25);
    expect(await rows(page).last().getByRole('link').getAttribute('href')).toBe(last);
    await expect.poll(() => scrollY(page)).toBeGreaterThan(300);
    expect(asked.filter((search) => search.includes('cursor='))).toEqual([]);
  });

  it('of products keep their number, too', async () => {
    const product = await newProduct(stack);
    const token = await stack.token(product.owner);
    for (let number = 1; number <= 26; number += 1)
      await stack.api('POST', '/api/products', { token, body: { name: `${product.owner} ${number}` } });
    const page = await open({ user: product.owner, path: '/products' });
    const links = page.getByRole('table', { name: 'Products' }).getByRole('link');
    await expect.poll(() => links.count()).toBe(25);
    await next(page).click();
    await expect.poll(() => links.count()).toBe(2);
    await links.last().click();
    await page.getByRole('heading', { level: 1, name: product.name }).waitFor();
    await page.goBack();
    await expect.poll(() => links.count()).toBe(2);
    expect(new URL(page.url()).search).toBe('?page=2');
    await page.getByRole('button', { name: 'Name, not sorted' }).first().press('Enter');
    await expect.poll(() => links.count()).toBe(25);
    expect(new URL(page.url()).search).toBe('?order=name');
    await next(page).click();
    await expect.poll(() => links.allTextContents()).toEqual([`${product.owner} 9`, product.name]);
    await page.goto(new URL('/products?page=9', page.url()).href);
    await expect.poll(() => links.count()).toBe(2);
    expect(new URL(page.url()).search).toBe('?page=2');
  });

  it('of products are sorted by the columns that can be, by keyboard, with the filter', async () => {
    const product = await newProduct(stack);
    const token = await stack.token(product.owner);
    const named = (name: string) => `${product.owner} ${name}`;
    for (const name of ['b', 'Ä', 'c'])
      await stack.api('POST', '/api/products', { token, body: { name: named(name) } });
    const query = `name=${encodeURIComponent(product.owner)}`;
    const page = await open({ user: product.owner, path: `/products?${query}`, width: 1440 });
    const names = () => page.getByRole('table', { name: 'Products' }).getByRole('link').allTextContents();
    const all = [named('Ä'), named('b'), named('c'), product.name];
    await expect.poll(names).toEqual([named('c'), named('Ä'), named('b'), product.name]);
    const header = (name: string) => page.getByRole('columnheader', { name }).first();
    const button = (name: string) => page.getByRole('button', { name }).first();
    const isNowAt = (order: string) => expect.poll(() => new URL(page.url()).search).toBe(`?${query}&order=${order}`);
    await button('Name, not sorted').press('Enter');
    await isNowAt('name');
    await expect.poll(names).toEqual(all);
    expect(await header('Name').getAttribute('aria-sort')).toBe('ascending');
    await button('Name, sorted ascending').press('Space');
    await isNowAt('-name');
    await expect.poll(names).toEqual(all.toReversed());
    await product.report(1);
    await button('Last change, not sorted').press('Enter');
    await isNowAt('-updated');
    await expect.poll(async () => (await names())[0]).toBe(product.name);
    expect(await header('Last change').getAttribute('aria-sort')).toBe('descending');
    expect(await header('Security gate').locator('[class*="sorting-icon"]').count()).toBe(0);
    await page.reload();
    await expect.poll(async () => (await names())[0]).toBe(product.name);
  });
});

describe('a filter that rarely matches', () => {
  it('shows how far back was searched, until a row is found', async () => {
    const product = await withNotifications(1);
    const page = await open({ user: product.owner, path: '/products' });
    let answered = 0;
    let goOn = () => {};
    const isToldToGoOn = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route('**/api/notifications?*', async (route) => {
      const url = new URL(route.request().url());
      answered += 1;
      if (answered <= 3) {
        const body = { results: [], next: `cursor-${answered}`, searched_to: `2026-0${4 - answered}-15T12:00:00.000Z` };
        if (answered === 3) await isToldToGoOn;
        return route.fulfill({ json: body });
      }
      url.searchParams.delete('cursor');
      return route.continue({ url: url.href });
    });
    await page.getByRole('link', { name: /Notifications/ }).click();
    await page
      .getByText(/Searched back to Feb 15, 2026/)
      .first()
      .waitFor();
    expect(await page.getByText(/No (matches|new notifications|notifications yet)/).count()).toBe(0);
    goOn();
    await expect.poll(() => rows(page).count()).toBe(1);
    await page
      .getByText(/Searched back to/)
      .first()
      .waitFor({ state: 'detached' });
  });
});

describe('an answer that is short, before full ones', () => {
  it('leaves no row out and shows none twice', async () => {
    const page = await open({ user: many.owner, path: '/products' });
    const token = await stack.token(many.owner);
    const { json } = await stack.api('GET', '/api/notifications?limit=100', { token });
    const { results: all } = z.object({ results: z.array(z.looseObject({ id: z.string() })) }).parse(json);
    const results = all.slice(0, 40);
    await page.route('**/api/notifications?*', (route) => {
      const { searchParams } = new URL(route.request().url());
      const start = Number(searchParams.get('cursor') ?? 0);
      const end = start === 0 ? 10 : start + Number(searchParams.get('limit'));
      const next = end < results.length ? String(end) : null;
      return route.fulfill({ json: { results: results.slice(start, end), next, searched_to: null } });
    });
    await page.getByRole('link', { name: /Notifications/ }).click();
    await expect.poll(() => rows(page).count()).toBe(25);
    const links = rows(page).getByRole('link');
    const first = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    await next(page).click();
    await expect.poll(() => rows(page).count()).toBe(15);
    const second = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')?.split('?')[0]));
    expect([...first, ...second]).toEqual(results.map(({ id }) => `/notifications/${id}`));
  });
});

describe('new rows', () => {
  it('wait while one points at a row, and are announced', async () => {
    const product = await withNotifications(2);
    const page = await open({ user: product.owner });
    await expect.poll(() => rows(page).count()).toBe(2);
    await rows(page).last().hover();
    await product.report(1);
    await page.getByRole('button', { name: 'Show 1 new' }).waitFor();
    expect(await rows(page).count()).toBe(2);
    await expect.poll(() => page.locator('[aria-live]').allTextContents()).toContain('1 new notification');
    await product.report(0);
    // A click would move the pointer away from the rows first, which shows them, too.
    await page.getByRole('button', { name: 'Show 2 new' }).press('Enter');
    await expect.poll(() => rows(page).count()).toBe(4);
    await page.mouse.move(0, 0);
    await product.report(1);
    await expect.poll(() => rows(page).count()).toBe(5);
  });

  it('are shown from a later page on demand', async () => {
    const page = await open({ user: many.owner, path: '/?page=3' });
    await expect.poll(() => rows(page).count()).toBe(3);
    await many.report(0);
    await page.getByRole('button', { name: 'Show 1 new' }).click();
    await expect.poll(() => rows(page).count()).toBe(25);
    expect(new URL(page.url()).search).toBe('');
    await rows(page).first().getByText('failed → passed').waitFor();
  });
});
