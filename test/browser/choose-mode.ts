import type { Page } from 'playwright-core';

/** Chooses light, dark, or the system's mode in the bar at the top. */
export const chooseMode = async (page: Page, mode: 'Light' | 'Dark' | 'Same as the system'): Promise<void> => {
  await page.getByRole('button', { name: 'Visual mode' }).click();
  await page.getByRole('menuitemcheckbox', { name: mode }).click();
};
