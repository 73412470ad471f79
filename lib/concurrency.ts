import { FUNCTION } from '../core/contract.ts';
import type { FunctionName } from './bundle.ts';

const { products, settings, notifications, testNotifications, openapi, exceptions, alarms, mailFeedback } = FUNCTION;

/**
 * Percentage of the stage's reserved concurrency for each function that callers or topics can flood. Functions behind the
 * stream, the queues, and the schedule are limited by their sources, and share the rest of the account's concurrency.
 */
const PARTS: Readonly<Partial<Record<FunctionName, number>>> = {
  [products]: 30,
  [notifications]: 25,
  [exceptions]: 20,
  [settings]: 5,
  [testNotifications]: 5,
  [openapi]: 5,
  [alarms]: 5,
  [mailFeedback]: 5,
};

/** A function's reserved concurrency, which is also its limit. Undefined: it shares the account's unreserved concurrency. */
export const reservedFor = (name: FunctionName, total: number | undefined): number | undefined => {
  const part = PARTS[name];
  return total === undefined || part === undefined ? undefined : Math.floor((total * part) / 100);
};
