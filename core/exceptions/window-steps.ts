import {
  boundedWindow,
  closesAt,
  type ExceptionWindow,
  type HeldBack,
  heldBackIn,
  isOpen,
  NOTHING_HELD_BACK,
  reportsAt,
} from './window.ts';

/** The rate limit that applies now, and the present. */
export type Moment = { readonly rateLimitSeconds: number; readonly now: Date };

/** What an exception does: it is counted in the open window, or notified with what the window before it held back. */
export type OccurrenceStep =
  | { readonly kind: 'hold-back'; readonly window: ExceptionWindow; readonly until: Date }
  /** Without a new window if the rate limit is 0 and there is none to replace. */
  | { readonly kind: 'notify'; readonly opensWindow: boolean; readonly heldBack: HeldBack };

/** The step of an exception whose window is as given; null if it has none, or one that can't be read. */
export const onOccurrence = (window: ExceptionWindow | null, { rateLimitSeconds, now }: Moment): OccurrenceStep => {
  const bounded = window && boundedWindow(window, now);
  if (window !== null && bounded !== null && isOpen(bounded, rateLimitSeconds, now))
    return { kind: 'hold-back', window, until: closesAt(bounded, rateLimitSeconds) };
  const heldBack = heldBackIn(window);
  return { kind: 'notify', opensWindow: rateLimitSeconds > 0 || heldBack !== NOTHING_HELD_BACK, heldBack };
};

/** What the job at the end of a window does: nothing, look again later, or report what the window held back. */
export type ClosingStep =
  | { readonly kind: 'done' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'report'; readonly window: ExceptionWindow };

/** The step of the job of the window that was opened at `openedAt` (ISO 8601). */
export const onClosing = (
  window: ExceptionWindow | null,
  { openedAt, isWanted, rateLimitSeconds, now }: Moment & { readonly openedAt: string; readonly isWanted: boolean },
): ClosingStep => {
  // Opened later than the job says: a new window, which reported this one. Opened earlier: its time was corrected.
  if (window === null || window.opened_at > openedAt || window.held_back === 0 || !isWanted) return { kind: 'done' };
  const ms = reportsAt(window, rateLimitSeconds).getTime() - now.getTime();
  const isInFuture = boundedWindow(window, now).opened_at !== window.opened_at;
  return ms > 0 && !isInFuture ? { kind: 'wait', ms } : { kind: 'report', window };
};
