import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { newProduct } from '../../browser/people.ts';
import { useTabs } from '../../browser/tabs.ts';
import { useStack } from '../../use-stack.ts';

const open = useTabs();
const stack = useStack();

const table = (page: Page) => page.getByRole('table', { name: 'Notifications' });
const row = (page: Page, text: string | RegExp) => table(page).getByRole('row').filter({ hasText: text });
const input = (page: Page) => page.getByRole('combobox', { name: 'Filter notifications' });
const asked = (page: Page, key: string) => new URL(page.url()).searchParams.get(key);

/** Types a text into the filter and takes it as it is. */
const find = async (page: Page, text: string): Promise<void> => {
  await input(page).fill(text);
  await input(page).press('Enter');
};

/** An owner of two products, one whose gate fails and one whose gate passes again. */
const ownerOfTwo = async () => {
  const [failing, passing] = [await newProduct(stack), await newProduct(stack)];
  await failing.rename(`Payment ${failing.owner}`);
  await passing.rename(`Payroll ${failing.owner}`);
  await passing.admit(failing.owner, 'reader');
  await failing.report(1);
  for (const critical of [1, 0]) await passing.report(critical);
  for (const product of [failing, passing]) await product.notifications();
  const page = await open({ user: failing.owner });
  await row(page, 'failed → passed').waitFor();
  return { page, payment: `Payment ${failing.owner}`, payroll: `Payroll ${failing.owner}`, reporter: passing.owner };
};

const dayFromNow = (days: number): string => {
  const date = new Date(Date.now() + days * 86_400_000);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
};

describe('the filter', () => {
  it('combines words, and each can be taken away', async () => {
    const { page, payroll } = await ownerOfTwo();
    await find(page, 'payroll');
    await expect.poll(() => row(page, ' → ').count()).toBe(2);
    await find(page, 'passed failed');
    await find(page, 'nowhere');
    await page.getByText('No matches').waitFor();
    expect(asked(page, 'search')).toBe('payroll passed failed nowhere');
    await page.getByRole('button', { name: /Remove.*nowhere/ }).click();
    await expect.poll(() => row(page, payroll).count()).toBe(2);
  });

  it('forgets what was selected before', async () => {
    const { page, payroll } = await ownerOfTwo();
    await page.getByRole('checkbox', { name: 'Select all notifications' }).press('Space');
    await page.getByText('(3 selected, 3 new)').waitFor();
    await find(page, 'payroll');
    await expect.poll(() => row(page, ' → ').count()).toBe(2);
    await row(page, payroll).first().getByRole('checkbox').check();
    await page.getByText('(1 selected, 3 new)').waitFor();
  });

  it('takes a type by its label, as far as it is typed', async () => {
    const { page } = await ownerOfTwo();
    await find(page, 'Type = Security');
    await page.getByRole('button', { name: /Remove.*Security gate/ }).waitFor();
    await expect.poll(() => row(page, ' → ').count()).toBe(3);
    expect(asked(page, 'type')).toBe('security_gate');
  });

  it('finds products by a part of their names, and completes them', async () => {
    const { page, payment, payroll } = await ownerOfTwo();
    await find(page, 'Product = paym');
    await row(page, payroll).first().waitFor({ state: 'detached' });
    await row(page, payment).waitFor();
    expect(asked(page, 'product_name')).toBe('paym');
    await input(page).fill('Product = payr');
    await page.getByRole('option', { name: payroll }).click();
    await row(page, payment).waitFor({ state: 'detached' });
    await expect.poll(() => row(page, payroll).count()).toBe(2);
    expect(asked(page, 'product_id')).not.toBeNull();
    expect(asked(page, 'product_name')).toBeNull();
    await page.getByRole('button', { name: new RegExp(`Remove.*${payroll}`) }).waitFor();
  });

  it('finds what a user caused, within days', async () => {
    const { page, payment, payroll, reporter } = await ownerOfTwo();
    await find(page, `User : ${reporter}`);
    await row(page, payment).waitFor({ state: 'detached' });
    await expect.poll(() => row(page, payroll).count()).toBe(2);
    await input(page).fill(`Created >= ${dayFromNow(2)}`);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('No matches').waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).first().click();
    await row(page, payment).waitFor();
    await input(page).fill('Created <= ');
    await page.getByRole('textbox', { name: 'Up to this day' }).fill(dayFromNow(-2));
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('No matches').waitFor();
    expect(asked(page, 'created_to')).toMatch(/^\d{4}-.*Z$/);
  });
});

describe('the filter of products', () => {
  /** An owner of three products: one whose gate fails, one whose gate passes, and one without a gate. */
  const ownerOfThree = async () => {
    const product = await newProduct(stack);
    const [passing, ungated] = [await newProduct(stack), await newProduct(stack)];
    for (const other of [passing, ungated]) await other.admit(product.owner, 'owner');
    await passing.rename(`Payroll ${product.owner}`);
    await passing.report(0);
    await product.rename(`Payment ${product.owner}`);
    await product.report(1);
    await ungated.rename(`Public ${product.owner}`);
    await ungated.change({ security_gate_active: false });
    const named = (first: string) => `${first} ${product.owner}`;
    return { owner: product.owner, payment: named('Payment'), payroll: named('Payroll'), ungated: named('Public') };
  };
  const gate = (page: Page) => page.getByRole('button', { name: /^Security gate ./ });
  const names = (page: Page) => page.getByRole('table', { name: 'Products' }).getByRole('link').allTextContents();

  it('finds a gate by keyboard, in a narrow window too, with the name and the order, and can be shared', async () => {
    const { owner, payment, payroll, ungated } = await ownerOfThree();
    const page = await open({ user: owner, path: '/products?order=name&page=2', width: 375 });
    await expect.poll(() => names(page)).toEqual([]);
    await gate(page).press('Enter');
    await page.getByRole('option', { name: 'Failed' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => names(page)).toEqual([payment]);
    expect(new URL(page.url()).search).toBe('?order=name&gate=failed');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
    await page.reload();
    await expect.poll(() => names(page)).toEqual([payment]);
    await gate(page).getByText('Failed').waitFor();

    const find = page.getByRole('searchbox', { name: 'Find a product by name' });
    await find.fill('payroll');
    await page.getByText('The filter hides').waitFor();
    await gate(page).click();
    await page.getByRole('option', { name: 'Passed' }).click();
    await expect.poll(() => names(page)).toEqual([payroll]);
    await find.fill('payment');
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await expect.poll(() => names(page)).toEqual([payment, payroll, ungated]);
    expect(new URL(page.url()).search).toBe('?order=name');
    expect(await find.inputValue()).toBe('');
  });

  it('is left by the navigation, whatever was typed', async () => {
    const { owner, payment, payroll, ungated } = await ownerOfThree();
    const page = await open({ user: owner, path: '/products?gate=none', width: 1440 });
    await expect.poll(() => names(page)).toEqual([ungated]);
    await page.getByRole('searchbox', { name: 'Find a product by name' }).fill('pay');
    await expect.poll(() => asked(page, 'name')).toBe('pay');
    await page.getByRole('link', { name: 'Products' }).click();
    await expect.poll(async () => (await names(page)).toSorted()).toEqual([payment, payroll, ungated]);
    // Else it would come back after the pause in typing.
    expect(await page.getByRole('searchbox', { name: 'Find a product by name' }).inputValue()).toBe('');
    expect(new URL(page.url()).search).toBe('');
  });
});
