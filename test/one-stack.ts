import type { TestProject } from 'vitest/node';
import { startChromium } from './browser/chromium.ts';
import { startTestStack } from './stack.ts';

/** Starts one stack and one browser for all files of a project; they get them by test/use-stack.ts and test/browser/tabs.ts. */
export default async function start(project: TestProject): Promise<() => Promise<void>> {
  const [stack, browser] = await Promise.all([startTestStack(), startChromium()]);
  project.provide('handles', stack.handles);
  project.provide('browser', browser.wsEndpoint());
  return async () => {
    await browser.close();
    await stack.stop();
  };
}
