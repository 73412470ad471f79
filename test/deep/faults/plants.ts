import type { Plant } from './sim/plants.ts';

/** A bug that the simulation must catch, in a scenario at the calls of one function. */
export type PlantedBug = Plant & { readonly scenario: string; readonly functionName: string };

const settleBeforeSend: PlantedBug = {
  name: 'settle-before-send',
  about: 'a delivery is recorded as sent before it is sent: a dispatcher that dies in between loses the message',
  scenario: 'gate-change',
  functionName: 'dispatcher',
  file: 'functions/dispatcher/claim.ts',
  from: '? claimed(due.before, claim, now)',
  to: "? { ...claimed(due.before, claim, now), status: 'sent' as const, lease_until: null }",
};

const fanOutThatCatches: PlantedBug = {
  name: 'fan-out-that-catches',
  about: 'fan-out logs a record that failed and reports success: its notification is told to nobody',
  scenario: 'gate-change',
  functionName: 'fan-out',
  file: 'core/deliveries/make-deliveries.ts',
  from: 'failures.set(position, error);',
  to: "console.error('A record failed', position, error);",
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

export const PLANTED_BUGS: readonly PlantedBug[] = [settleBeforeSend, fanOutThatCatches, windowApart];
