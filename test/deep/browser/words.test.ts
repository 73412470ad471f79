import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { newProduct, newUser } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const RANGE = 'A whole number from 0 to 999,999';
const field = (page: Page, name: string) => page.getByRole('spinbutton', { name });
const save = (page: Page, section: string) => page.getByRole('button', { name: `Save ${section}` });

/** What a screen reader says of a field's error. */
const errorAt = (page: Page, name: string) =>
  field(page, name).evaluate((input) =>
    (input.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' '),
  );

const isFocused = (page: Page, name: string) => field(page, name).evaluate((input) => input === document.activeElement);

const isInSight = (text: Locator) =>
  text.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top > 0 && bottom < innerHeight;
  });

describe('a number out of its range', () => {
  it.each(['1000000', '-1', '1.5', ''])(
    'is named at its field, in plain words, and gets the focus: "%s"',
    async (value) => {
      const page = await open({ user: 'alice', path: '/settings' });
      await field(page, 'High').fill(value);
      await save(page, 'Default gate').click();
      await expect.poll(() => errorAt(page, 'High')).toContain(RANGE);
      await expect.poll(() => isFocused(page, 'High')).toBe(true);
      // What is announced to screen readers, a moment later, is outside the form.
      const shown = page.getByRole('form', { name: 'Default gate' }).getByText(RANGE);
      expect(await shown.count()).toBe(1);
      await expect.poll(() => isInSight(shown)).toBe(true);
      expect(await page.getByText("Can't save").count()).toBe(0);
      await page.getByRole('button', { name: 'Discard changes in Default gate' }).click();
    },
  );

  it('shows though its gate was switched off meanwhile', async () => {
    const page = await open({ user: 'alice', path: '/settings' });
    await field(page, 'High').fill('1000000');
    await page.getByText('Active', { exact: true }).click();
    await field(page, 'High').waitFor({ state: 'detached' });
    await save(page, 'Default gate').click();
    await expect.poll(() => errorAt(page, 'High')).toContain(RANGE);
    await page.getByRole('button', { name: 'Discard changes in Default gate' }).click();

    const product = await newProduct(stack);
    const owners = await open({ user: product.owner, path: `/products/${product.id}` });
    await owners.getByRole('radio', { name: 'Own gate' }).check();
    await field(owners, 'High').fill('1000000');
    await owners.getByRole('radio', { name: 'No gate' }).check();
    await save(owners, 'Security gate').click();
    await expect.poll(() => errorAt(owners, 'High')).toContain(RANGE);
    await owners.getByRole('button', { name: 'Discard changes in Security gate' }).click();
  });
});

describe('a product', () => {
  it('without a name, or with the name of another, is refused at the field', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: '/products' });
    await page.getByRole('button', { name: 'Create product' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Description' }).fill('Without a name');
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await dialog.getByText('Required').waitFor();
    await dialog.getByRole('textbox', { name: 'Name' }).fill(product.name);
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await dialog.getByText('Another product has this name').waitFor();
    expect(await dialog.getByText("Can't create the product").count()).toBe(0);
  });

  it('refuses a member whose name can be none, at the field and without the words of a validator', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: `/products/${product.id}` });
    await page.getByRole('textbox', { name: 'New member' }).fill('group:ops');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Must not begin with client: or group:', { exact: true }).waitFor();
  });
});

/** Words of browsers, parsers, and the sign-in library. */
const RAW = /Failed to fetch|Unexpected token|is not valid JSON|matching state|NetworkError|TypeError|SyntaxError/;
const UNEXPECTED = 'The page or the server failed unexpectedly. Try again.';

describe('the words of a browser or a library', () => {
  it('never reach people: an answer that is no JSON', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner });
    await page.route('**/api/products?*', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<html></html>' }),
    );
    await page.getByRole('link', { name: 'Products' }).click();
    await page.getByText(UNEXPECTED).waitFor();
    expect(await page.textContent('body')).not.toMatch(RAW);
  });

  it('never reach people: no network while saving', async () => {
    const product = await newProduct(stack);
    const page = await open({ user: product.owner, path: `/products/${product.id}`, expected: /ERR_|Failed to load/ });
    await page.getByRole('textbox', { name: 'Description' }).fill('Half a thought');
    await page.route(`**/api/products/${product.id}`, (route) => route.abort());
    await save(page, 'Details').click();
    await page.getByText("Can't reach the server. Check your connection.").first().waitFor();
    expect(await page.textContent('body')).not.toMatch(RAW);
    await page.unroute(`**/api/products/${product.id}`);
    await page.getByRole('button', { name: 'Discard changes in Details' }).click();
  });

  it.each([
    ['a sign-in that no tab began', null, '?code=old&state=old', 'This sign-in belongs to another tab.'],
    ['a sign-in that is over', '/products', '?code=old&state=old', "The sign-in didn't complete. Try again."],
    ['a sign-in that was refused', '/products', '?error=access_denied&state=old', "The sign-in didn't complete."],
  ])('never reach people: %s', async (_what, place, answer, words) => {
    // The library closes the window of a sign-in beside the page, which this is not.
    const page = await open({ user: newUser('visitor'), expected: /Scripts may close only the windows/ });
    if (place !== null) await page.evaluate((begun) => sessionStorage.setItem('gatebell:place', begun), place);
    await page.goto(new URL(`/callback${answer}`, page.url()).href);
    await page.getByText("Can't start Gatebell").waitFor();
    await page.getByText(words).waitFor();
    expect(await page.textContent('body')).not.toMatch(RAW);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: place === null ? 'Notifications' : 'Products' }).waitFor();
  });

  it('never reach people: a configuration that is no JSON', async () => {
    const page = await open({ user: newUser('visitor') });
    await page.route('**/config.json', (route) => route.fulfill({ contentType: 'text/html', body: '<html></html>' }));
    await page.reload();
    await page.getByText(UNEXPECTED).waitFor();
    expect(await page.textContent('body')).not.toMatch(RAW);
  });
});
