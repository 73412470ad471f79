import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { FUNCTION } from '../../core/contract.ts';
import { type ExceptionReport, taskFailure } from '../../core/exceptions/model.ts';
import { type Job, jobSchema } from '../../core/jobs/model.ts';
import type { Log } from '../../core/log.ts';
import { type CleanUpDeps, cleanUp } from './clean-up.ts';
import { type CloseWindowDeps, closeWindow } from './close-window.ts';
import { type ExpireDeps, expire } from './expire.ts';
import { type MigrateDeps, migrate } from './migrate.ts';
import { type PlanDeps, planRecheck } from './plan-recheck.ts';
import { type RecheckDeps, recheck } from './recheck.ts';
import { type RerouteDeps, reroute } from './reroute.ts';

export type BackgroundDeps = PlanDeps &
  RecheckDeps &
  MigrateDeps &
  CleanUpDeps &
  CloseWindowDeps &
  ExpireDeps &
  RerouteDeps & {
    readonly clearNotification: (notificationId: string) => Promise<void>;
    readonly log: Log;
    readonly capture: (report: ExceptionReport) => Promise<void>;
  };

const runJob = (deps: BackgroundDeps, work: Job): Promise<void> => {
  switch (work.kind) {
    case 'plan-recheck':
      return planRecheck(deps, work);
    case 'recheck':
      return recheck(deps, work);
    case 'migrate':
      return migrate(deps, work);
    case 'clean-up':
      return cleanUp(deps, work);
    case 'clean-up-notification':
      return deps.clearNotification(work.notification_id);
    case 'close-window':
      return closeWindow(deps, work);
    case 'expire':
      return expire(deps, work);
    case 'reroute':
      return reroute(deps, work);
    default:
      return work satisfies never;
  }
};

type JobFailure = { readonly error: unknown; readonly messageId: string; readonly body: string };

const readArguments = (body: string): Readonly<Record<string, unknown>> | null => {
  try {
    const failed = jobSchema.parse(JSON.parse(body));
    // Without the window's id, so that failures are one exception and not a chain of them.
    return failed.kind === 'close-window' ? { kind: failed.kind } : failed;
  } catch {
    return null;
  }
};

const reportFailure = async (deps: BackgroundDeps, { error, messageId, body }: JobFailure): Promise<void> => {
  deps.log.error('A job failed', { message_id: messageId, error });
  await deps.capture(taskFailure(error, { function: FUNCTION.background, arguments: readArguments(body) }));
};

/** Runs the jobs of a batch. Each fails independently. */
export const background =
  (deps: BackgroundDeps) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    for (const { messageId, body } of event.Records) {
      try {
        await runJob(deps, jobSchema.parse(JSON.parse(body)));
      } catch (error) {
        await reportFailure(deps, { error, messageId, body });
        failed.push(messageId);
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
