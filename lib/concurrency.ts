import { FUNCTION } from '../core/contract.ts';
import type { FunctionName } from './bundle.ts';

const { products, settings, notifications, testNotifications, openapi, exceptions, alarms, mailFeedback } = FUNCTION;

/**
 * Of what a stage reserves, in percent: a part for each function that others can flood, callers and topics. Those behind
 * the stream, the queues and the schedule are bounded by their sources, and run in what is left to the account.
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

/** Concurrent executions that are kept for a function, and are all that it gets. Undefined: it shares with the others. */
export const reservedFor = (name: FunctionName, total: number | undefined): number | undefined => {
  const part = PARTS[name];
  return total === undefined || part === undefined ? undefined : Math.floor((total * part) / 100);
};
