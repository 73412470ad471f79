import type { TestProject } from 'vitest/node';
import type { Handles } from '../../local/handles.ts';
import { startTestStack } from '../stack.ts';
import { startChromium } from './chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    handles: Handles;
    /** Where the browser can be connected to. */
    browser: string;
  }
}

/** One stack and one browser for all tests of the page: each test has its own users and products in it. */
export default async function start(project: TestProject): Promise<() => Promise<void>> {
  const [stack, browser] = await Promise.all([startTestStack(), startChromium()]);
  project.provide('handles', stack.handles);
  project.provide('browser', browser.wsEndpoint());
  return async () => {
    await browser.close();
    await stack.stop();
  };
}
