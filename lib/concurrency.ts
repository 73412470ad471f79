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

/** The smallest maximum concurrency of a queue that Lambda accepts. */
const FEWEST_CONSUMERS = 2;

/** Concurrent executions that sources may start, of an account with so many. */
export type SourceConcurrency = {
  /** Dispatchers. */
  readonly dispatchers: number;
  /** Background jobs. */
  readonly jobs: number;
  /** Batches of a shard, for each reader of the stream. */
  readonly batchesOfShard: number;
};

/**
 * What sources may start at once. With ten executions, the least that an account has: two dispatchers, two jobs, and a batch for
 * each reader, which leaves four to the API. A new account can't reserve any of them (docs/adr/021).
 */
export const sourceConcurrency = (account: number): SourceConcurrency => {
  const share = (most: number) => Math.max(FEWEST_CONSUMERS, Math.min(most, Math.floor(account / 5)));
  return { dispatchers: share(50), jobs: share(10), batchesOfShard: account < 100 ? 1 : 2 };
};
