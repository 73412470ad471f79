import { failed } from '../../core/deliveries/lifecycle.ts';
import type { Delivery, DeliveryRef } from '../../core/deliveries/model.ts';
import { wakesOf } from '../../core/deliveries/wakes.ts';
import { type AcquireDeps, type Acquired, acquire } from './acquire.ts';
import type { Serving } from './batch.ts';
import { compose } from './compose.ts';
import { type GatherDeps, gather, planExisting, type Ready, readRouting } from './gather.ts';
import type { Plan, PlannedMessage, Routing } from './plan.ts';
import { pauseThrottledMail, type ReleaseDeps, release, type Served, stateAfter } from './release.ts';
import { type SendDeps, sendMessage } from './send-message.ts';
import { type Sent, type SettleDeps, settle, writeChanges } from './settle.ts';
import { type UpdateHealthDeps, updateHealth } from './update-health.ts';
import { wakeNow } from './wake-later.ts';

export type ServeDeps = AcquireDeps & GatherDeps & SendDeps & SettleDeps & ReleaseDeps & UpdateHealthDeps;

/** After so many, the first delivery is what they die of. */
const GIVEN_UP_FROM = 9;

const sendAll = async (
  deps: ServeDeps,
  { planned, find }: Ready,
  { routing, failures }: { readonly routing: Routing; readonly failures: number },
): Promise<Served> => {
  const sendings: Sent[] = [];
  let hasNoTurn = false;
  const sendOne = async (message: PlannedMessage): Promise<void> => {
    const composed = compose(message, find, routing.settings.base_url_frontend);
    const attempt = await sendMessage(deps, message, composed);
    if (attempt.kind === 'no-turn') hasNoTurn = true;
    else sendings.push({ message, messageId: composed.id, attempt, tries: failures + 1 });
  };
  await Promise.all(planned.messages.map(sendOne));
  return { sendings, hasNoTurn };
};

/** What waits for another target, or for the same one with another key, goes to that one. */
const wakeMoved = (deps: ServeDeps, { changes }: Plan): Promise<void> => {
  const moved = changes.filter(({ before, after }) => before.target_key !== after.target_key);
  return wakeNow(
    deps,
    wakesOf(
      moved.map(({ after }) => after),
      deps.now(),
    ),
  );
};

const mayHaveMore = ({ planned }: Ready, { sendings, hasNoTurn }: Served): boolean =>
  hasNoTurn || planned.isMore || sendings.some(({ attempt: { outcome } }) => outcome.kind !== 'sent');

/** Fails the delivery that dispatchers die of, so that it doesn't hold up the others forever. */
const giveUp = async (deps: ServeDeps, [first]: readonly Delivery[]): Promise<void> => {
  if (first === undefined) return;
  const reason = 'Given up: sending it was interrupted again and again';
  await writeChanges(deps, [{ before: first, after: failed(first, reason, deps.now()) }]);
};

const serveAcquired = async (deps: ServeDeps, acquired: Acquired, named: readonly DeliveryRef[]): Promise<void> => {
  const { due, isMore, dueLater } = await gather(deps, acquired, named);
  if (due.length === 0) return await release(deps, acquired, {}, isMore ? deps.now() : dueLater);
  if (acquired.record.acquired > GIVEN_UP_FROM) {
    await giveUp(deps, due);
    return await release(deps, acquired, {}, deps.now());
  }
  const routing = await readRouting(deps, due);
  const ready = await planExisting(deps, due, { routing, isInterrupted: acquired.record.acquired > 1 });
  if (ready.planned.notified.length > 0) await deps.recordNotified(ready.planned.notified);
  await writeChanges(deps, ready.planned.changes);
  const served = await sendAll(deps, ready, { routing, failures: acquired.record.failures });
  if (served.sendings.length > 0) await settle(deps, served.sendings);
  const state = stateAfter(deps, acquired.record, served);
  await pauseThrottledMail(deps, acquired.record, served);
  await release(deps, acquired, state, isMore || mayHaveMore(ready, served) ? deps.now() : dueLater);
  await wakeMoved(deps, ready.planned);
  await updateHealth(deps, served.sendings, routing);
};

/**
 * Sends to a target what is due there: acquires it, gathers what waits, decides what to report, sends it in one message,
 * settles the deliveries, and releases the target with the time of its next message. Throws if it must be tried again.
 */
export const serveTarget = async (deps: ServeDeps, { target, named }: Serving): Promise<void> => {
  const acquired = await acquire(deps, target);
  if (acquired === null) return;
  try {
    await serveAcquired(deps, acquired, named);
  } catch (error) {
    // The count of acquisitions stays, as if the function had died: what can't be served isn't tried for ever.
    deps.log.error('A target could not be served', { target });
    throw error;
  }
};
