import type { Target } from '../api/answers.ts';

/** The states of targets that the page shows, in the order in which they need attention. */
const KINDS = ['failing', 'paused', 'throttled', 'waiting', 'ready'] as const;
export type TargetKind = (typeof KINDS)[number];

/** The states of targets, as one selects them. */
export const KIND_OPTIONS = [
  { value: 'all', label: 'All states' },
  { value: 'failing', label: 'Failing' },
  { value: 'paused', label: 'Paused' },
  { value: 'throttled', label: 'Throttled' },
  { value: 'waiting', label: 'Messages wait' },
  { value: 'ready', label: 'Ready' },
] as const satisfies readonly { readonly value: TargetKind | 'all'; readonly label: string }[];

/** The state of a target that matters most. */
export const kindOf = ({ state, wait_reason, failures, waiting }: Target): TargetKind => {
  if (state === 'paused') return 'paused';
  if (wait_reason === 'throttled') return 'throttled';
  if (failures > 0) return 'failing';
  return waiting > 0 ? 'waiting' : 'ready';
};

const NAMES = new Intl.Collator('en', { numeric: true });

const hasError = ({ last_error }: Target): number => Number(last_error !== null);

/** Targets by state, failing ones first, then by how much waits, and those whose last message failed. */
export const byAttention = (targets: readonly Target[]): Target[] =>
  targets.toSorted(
    (a, b) =>
      KINDS.indexOf(kindOf(a)) - KINDS.indexOf(kindOf(b)) ||
      b.waiting - a.waiting ||
      hasError(b) - hasError(a) ||
      NAMES.compare(a.target, b.target),
  );

/** Words for a state; a time follows them if `at` isn't null. */
export type Words = {
  readonly sign: 'success' | 'pending' | 'in-progress' | 'warning' | 'error' | 'stopped';
  readonly text: string;
  readonly at: string | null;
};

const later = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b > a) ? b : a);

const waitingWords = ({ next_send_at, wait_reason, waiting, first_due_at }: Target): Words => {
  switch (wait_reason) {
    case 'throttled':
      return { sign: 'warning', text: 'Throttled until', at: next_send_at };
    case 'failing':
      return { sign: 'error', text: 'Failing: retries at', at: next_send_at };
    case 'account_rate':
      return { sign: 'pending', text: "Waits for the account's send rate until", at: next_send_at };
    case 'interval':
    case null:
      return waiting > 0
        ? { sign: 'pending', text: 'Next message at', at: later(next_send_at, first_due_at) }
        : { sign: 'success', text: 'Ready again at', at: next_send_at };
    default:
      return wait_reason satisfies never;
  }
};

const readyWords = ({ waiting, first_due_at, last_error }: Target, nowMs: number): Words => {
  if (waiting > 0 && first_due_at !== null && Date.parse(first_due_at) > nowMs)
    return { sign: 'pending', text: 'Next message at', at: first_due_at };
  if (waiting > 0) return { sign: 'in-progress', text: 'Next message is due', at: null };
  return last_error === null
    ? { sign: 'success', text: 'Ready', at: null }
    : { sign: 'warning', text: 'Ready; the last message failed', at: null };
};

/** What a target does now, or until when it waits and why. */
export const wordsOf = (target: Target, nowMs: number): Words => {
  switch (target.state) {
    case 'paused':
      return {
        sign: 'stopped',
        text: `Paused by ${target.paused_by ?? 'an administrator'} since`,
        at: target.paused_at,
      };
    case 'sending':
      return { sign: 'in-progress', text: 'Sending', at: null };
    case 'waiting':
      return waitingWords(target);
    case 'ready':
      return readyWords(target, nowMs);
    default:
      return target.state satisfies never;
  }
};

/** Most deliveries that the API counts for a target. */
const COUNTED = 100;

/** How many deliveries wait: "100+" is 100 or more. */
export const waitingText = ({ waiting }: Pick<Target, 'waiting'>): string =>
  waiting >= COUNTED ? `${COUNTED}+` : String(waiting);

/** What waits for a target, in a sentence. */
export const waitingSentence = (target: Pick<Target, 'waiting'>): string =>
  target.waiting === 1
    ? '1 delivery waits for it.'
    : `${target.waiting === 0 ? 'No' : waitingText(target)} deliveries wait for it.`;
