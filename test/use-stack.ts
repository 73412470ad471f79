import { afterAll, inject } from 'vitest';
import type { Handles } from '../local/handles.ts';
import { leaveReport } from './grants/reports.ts';
import { stackClient } from './stack-client.ts';

declare module 'vitest' {
  interface ProvidedContext {
    handles: Handles;
    /** Where the browser can be connected to. */
    browser: string;
  }
}

/**
 * The stack that all files of a project share (test/one-stack.ts). They run one after another, use products and users of their
 * own, and move no clock; what they script or let fail, they set back.
 */
export const useStack = () => {
  const handles = inject('handles');
  afterAll(() => leaveReport(handles));
  return { ...stackClient(handles), handles };
};
