import type { Wake } from '../../../core/deliveries/queue.ts';
import { readNotifications } from '../../../core/deliveries/store/read-deliveries.ts';
import { recordFanOut } from '../../../core/deliveries/store/record-fan-out.ts';
import { readSources } from '../../../core/deliveries/store/routing-context.ts';
import { postponeFanOut, scanWaiting } from '../../../core/deliveries/store/waiting.ts';
import type { ExceptionReport } from '../../../core/exceptions/model.ts';
import { createLog } from '../../../core/log.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import {
  listDueChecks,
  readChecked,
  recordOverdue,
  replaceChecks,
} from '../../../core/products/store/report-checks.ts';
import { readTargets, recordWake } from '../../../core/targets/store/targets.ts';
import { type SweepDeps, sweep } from '../../../functions/sweeper/sweep.ts';
import { START } from '../dispatcher/harness.ts';

/** A sweeper that runs some minutes after the start, with what it sent and reported. */
export const sweeperOn = (table: Table, overrides: Partial<SweepDeps> = {}) => {
  const woken: Wake[] = [];
  const captured: ExceptionReport[] = [];
  let nowMs = Date.parse(START);
  const run = sweep({
    writeHeartbeat: async () => {},
    scanWaiting: (start) => scanWaiting(table, start),
    readTargets: (targets) => readTargets(table, targets),
    recordWake: (wake) => recordWake(table, wake),
    wakeTargets: async (wakes) => {
      woken.push(...wakes);
      return new Set();
    },
    postponeFanOut: (entry, next) => postponeFanOut(table, entry, next),
    readNotifications: (ids) => readNotifications(table, ids),
    readSources: (ids) => readSources(table, ids),
    recordFanOut: (notificationId, deliveries, now) => recordFanOut(table, { notificationId, deliveries, now }),
    listDeliveries: async () => [],
    listDueChecks: (request) => listDueChecks(table, request),
    readChecked: (productIds) => readChecked(table, productIds),
    recordOverdue: (product, notificationId) => recordOverdue(table, product, notificationId),
    replaceChecks: (checks) => replaceChecks(table, checks),
    measure: () => {},
    now: () => new Date(nowMs),
    log: createLog(() => {}),
    capture: async (report) => {
      captured.push(report);
    },
    ...overrides,
  });
  return {
    woken,
    captured,
    runAt: async (minutes: number) => {
      nowMs = Date.parse(START) + minutes * 60_000;
      await run();
    },
  };
};
