import type { Page } from 'playwright-core';

/** Logs in at the provider's own page, which the browser has been sent to. */
export const logIn = async (page: Page, user: string): Promise<void> => {
  await page.getByRole('textbox', { name: 'Somebody else' }).fill(user);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { level: 1 }).first().waitFor();
};
