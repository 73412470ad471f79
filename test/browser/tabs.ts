import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, expect } from 'vitest';
import { LEAST_DEADLINE_MS } from '../eventually.ts';
import { browser, handles } from '../use-stack.ts';
import { logIn } from './log-in.ts';

export type TabOptions = {
  /** Who logs in. Any name does; only `alice` is an administrator. */
  readonly user: string;
  readonly path?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  /** The reader's time zone, such as `Asia/Tokyo`; the machine's unless named. */
  readonly timezoneId?: string;
  /** Of another stack than the files share. */
  readonly web?: string;
  /** Complaints of the browser that belong to the test. */
  readonly expected?: RegExp;
};

/** What the browser had to say against the page. */
const complaintsOf = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // Answers of the API and of the login that are no success are the business of the test.
    if (/\/(api|oidc)\//.test(message.location().url)) return;
    complaints.push(`${message.type()}: ${message.text()}`);
  });
  return complaints;
};

/** A browser of its own: nothing is shared with another, cookies neither. */
const openTab = async (options: TabOptions) => {
  const { user, path = '/', colorScheme = 'light', width = 1280, timezoneId, expected } = options;
  const { web = handles.web } = options;
  const zone = timezoneId === undefined ? {} : { timezoneId };
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, ...zone });
  // For what never comes.
  context.setDefaultTimeout(LEAST_DEADLINE_MS);
  const page = await context.newPage();
  const all = complaintsOf(page);
  await page.goto(`${web}${path}`);
  await logIn(page, user);
  const complaints = () => all.filter((complaint) => expected === undefined || !expected.test(complaint));
  return { context, page, complaints };
};

/**
 * How the tests of a file open the page as somebody. A tab is closed after its test, which fails when the browser
 * complained: of a violation of the Content-Security-Policy, of an error in a script, of a missing file.
 */
export const useTabs = (): ((options: TabOptions) => Promise<Page>) => {
  const open: { readonly context: BrowserContext; readonly complaints: () => string[] }[] = [];
  afterEach(async () => {
    const tabs = open.splice(0);
    for (const { context } of tabs) await context.close();
    expect(tabs.flatMap(({ complaints }) => complaints())).toEqual([]);
  });
  return async (options) => {
    const tab = await openTab(options);
    open.push(tab);
    return tab.page;
  };
};
