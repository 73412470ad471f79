import type { Point } from './sim/faults.ts';
import type { Plant } from './sim/plants.ts';

/** A bug that the simulation must catch, in a scenario at the calls of one function. */
export type PlantedBug = Plant & {
  readonly scenario: string;
  readonly functionName: string;
  /** The fault and the operation that show it, where only one does. */
  readonly fault?: Point['fault'];
  readonly operation?: string;
};

const settleBeforeSend: PlantedBug = {
  name: 'settle-before-send',
  about: 'deliveries are recorded as sent before they are sent: a dispatcher that dies in between loses the message',
  scenario: 'gate-change',
  functionName: 'dispatcher',
  file: 'functions/dispatcher/serve-target.ts',
  from: '  await Promise.all(planned.messages.map(sendOne));',
  to: `  const settled_at = deps.now().toISOString();
  const early = planned.messages.flatMap(({ groups }) => groups.flatMap(({ deliveries }) => deliveries));
  await deps.changeDeliveries(
    early.map((before) => ({ before, after: { ...before, status: 'sent', settled_at, version: before.version + 1 } })),
  );
  await Promise.all(planned.messages.map(sendOne));`,
};

const releaseBeforeSettle: PlantedBug = {
  name: 'release-before-settle',
  about:
    'a target is released before what was sent is recorded: a dispatcher that dies in between leaves a false last word',
  scenario: 'flip-back',
  functionName: 'dispatcher',
  fault: 'kill-after',
  file: 'functions/dispatcher/serve-target.ts',
  from: '  if (served.sendings.length > 0) await settle(deps, served.sendings);',
  to: `  if (served.sendings.length > 0) {
    await release(deps, acquired, stateAfter(deps, acquired.record, served), deps.now());
    await settle(deps, served.sendings);
  }`,
};

const rowsBeforeNotified: PlantedBug = {
  name: 'rows-before-notified',
  about: 'deliveries are settled before the last notified state: one that is left over is sent after a newer one',
  scenario: 'digest',
  functionName: 'dispatcher',
  fault: 'kill-after',
  operation: 'UpdateItem',
  file: 'functions/dispatcher/settle.ts',
  from: `  await deps.recordNotified(sendings.flatMap((sending) => notifiedBy(sending, now)));
  await writeChanges(
    deps,
    sendings.flatMap((sending) => changesAfter(sending, now)),
  );`,
  to: `  await writeChanges(deps, sendings.flatMap((sending) => changesAfter(sending, now)));
  await deps.recordNotified(sendings.flatMap((sending) => notifiedBy(sending, now)));`,
};

const noWakeAfterRelease: PlantedBug = {
  name: 'no-wake-after-release',
  about: 'a message that came while a target was leased is forgotten when it is released',
  scenario: 'crowded-webhook',
  functionName: 'dispatcher',
  file: 'functions/dispatcher/release.ts',
  from: 'record.wake_wanted ? now : moreAt',
  to: 'null',
};

const supersededNotChecked: PlantedBug = {
  name: 'superseded-not-checked',
  about: 'an older change is sent though its route was notified of a newer one',
  scenario: 'digest',
  functionName: 'dispatcher',
  fault: 'kill-after',
  operation: 'PutItem',
  file: 'core/deliveries/decide.ts',
  from: 'notification_id >= newestDecided(notified)',
  to: 'notification_id !== notified.notification_id',
};

const acquireWithoutCondition: PlantedBug = {
  name: 'acquire-without-condition',
  about: 'a target is acquired though another dispatcher has its lease: both send',
  scenario: 'gate-change',
  functionName: 'dispatcher',
  file: 'core/targets/store/targets.ts',
  from: 'lease_until > :longest_lease)',
  to: 'lease_until > :longest_lease OR attribute_exists(lease))',
};

const doubtForgotten: PlantedBug = {
  name: 'doubt-forgotten',
  about: 'what may have arrived is merged with what came since, and sent as another message',
  scenario: 'unknown-answer',
  functionName: 'dispatcher',
  file: 'core/channels/http-outcome.ts',
  from: '...(result.isUnknown && { isUnknown: true }),',
  to: '',
};

const interruptionIgnored: PlantedBug = {
  name: 'interruption-ignored',
  about: 'a gate that came back is no news, though the dispatcher before died after it had sent the change',
  scenario: 'flip-back',
  functionName: 'dispatcher',
  fault: 'kill-after',
  file: 'functions/dispatcher/serve-target.ts',
  from: 'isInterrupted: acquired.record.acquired > 1',
  to: 'isInterrupted: false',
};

const sweeperThatTrusts: PlantedBug = {
  name: 'sweeper-that-trusts',
  about: 'the sweeper takes a wake-up that was recorded for one that comes, however long ago it was due',
  scenario: 'lost-wake',
  functionName: 'sweeper',
  file: 'functions/sweeper/wake-plan.ts',
  from: 'return wakeMs > now.getTime() - LOST_AFTER_MS &&',
  to: 'return',
};

const fanOutApart: PlantedBug = {
  name: 'fan-out-apart',
  about: 'a notification is marked as fanned out before its deliveries are written and not with them',
  scenario: 'gate-change',
  functionName: 'fan-out',
  fault: 'kill-after',
  file: 'core/deliveries/store/record-fan-out.ts',
  from: "const outcome = await transact<'notification' | DeliveryName>(table, [{ notification }, ...creations]);",
  to: `const marked = await transact<'notification'>(table, { notification });
  if (marked.kind === 'refused') return 'refused';
  const outcome = await transact<DeliveryName>(table, creations);`,
};

const windowApart: PlantedBug = {
  name: 'window-apart',
  about: 'the window of an exception is opened before its notification is written and not with it',
  scenario: 'exception',
  functionName: 'exceptions',
  file: 'core/exceptions/store/record-exception.ts',
  from: 'const written = await write(table, {\n    reply: replyWrite(table, occurrence, recorded),\n    window: opensWindow ? putWindow(table, before, opened) : undefined,',
  to: `if (opensWindow) {
    const separate = await transact(table, { window: putWindow(table, before, opened) });
    if (separate.kind === 'refused') return 'conflict';
  }
  const written = await write(table, {
    reply: replyWrite(table, occurrence, recorded),`,
};

export const PLANTED_BUGS: readonly PlantedBug[] = [
  settleBeforeSend,
  releaseBeforeSettle,
  rowsBeforeNotified,
  noWakeAfterRelease,
  supersededNotChecked,
  acquireWithoutCondition,
  doubtForgotten,
  interruptionIgnored,
  sweeperThatTrusts,
  fanOutApart,
  windowApart,
];
