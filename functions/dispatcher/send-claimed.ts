import { type AnswerDeps, guard, idsToRetry } from './answers.ts';
import { type AttemptDeps, type AttemptResult, attempt } from './attempt.ts';
import type { Claimed } from './claim.ts';
import { groupCommit } from './group-commit.ts';
import { type PauseDeps, pauseThrottledTarget } from './pause-target.ts';
import { postponeMessages } from './postpone.ts';
import type { RoutingContext } from './resolve-target.ts';
import { type SettleDeps, settleTogether } from './settle.ts';

export type SendClaimedDeps = AnswerDeps &
  AttemptDeps &
  PauseDeps &
  SettleDeps & {
    /** Waits briefly, so that attempts that end at about the same time are settled in one transaction. */
    readonly waitForMore: () => Promise<void>;
  };

/**
 * Sends claimed deliveries side by side, each at its slot, and settles each soon after its attempt, so that a target that
 * hangs delays no other. Postpones the messages of the others. Returns the ids of the messages to retry.
 */
export const sendClaimed = async (
  deps: SendClaimedDeps,
  { sending, waiting }: Claimed,
  { context, onResult }: { readonly context: RoutingContext; readonly onResult: (result: AttemptResult) => void },
): Promise<readonly string[]> => {
  const settle = groupCommit({
    expected: sending.length,
    flush: settleTogether(deps),
    waitForMore: deps.waitForMore,
  });
  const sent = sending.map(({ message, claim, slotMs }) =>
    guard(deps, [message], async () => {
      await deps.waitUntil(slotMs);
      const result = await attempt(deps, claim, context);
      onResult(result);
      const settling = settle({ ...result, message, requestId: claim.notification.request_id });
      const [answer] = await Promise.all([settling, pauseThrottledTarget(deps, result)]);
      return idsToRetry([message], [answer]);
    }),
  );
  const postponed = waiting.length === 0 ? [] : await postponeMessages(deps, waiting);
  const waitingMessages = waiting.map(({ message }) => message);
  return [...idsToRetry(waitingMessages, postponed), ...(await Promise.all(sent)).flat()];
};
