import { afterAll } from 'vitest';
import { startChromium } from './browser/chromium.ts';
import { leaveReport } from './grants/reports.ts';
import { startTestStack } from './stack.ts';

/** Of this worker: a project that shares them runs without isolation, so modules are loaded once. They end with the worker. */
const [stack, started] = await Promise.all([startTestStack(), startChromium()]);

/** The browser that all files of a worker share, and the stack's addresses. */
export const browser = started;
export const { handles } = stack;

/**
 * The stack that all files of a worker share. They run one after another, use products and users of their own, and move no
 * clock; what they script or let fail, they set back.
 */
export const useStack = () => {
  afterAll(() => leaveReport(handles));
  return stack;
};
