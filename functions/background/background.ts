import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type Job, job } from '../domain/job.ts';
import type { Log } from '../log.ts';
import { type CleanUpDeps, cleanUp } from './clean-up.ts';
import { type PlanDeps, planRecheck } from './plan-recheck.ts';
import { type RecheckDeps, recheck } from './recheck.ts';

export type BackgroundDeps = PlanDeps & RecheckDeps & CleanUpDeps & { readonly log: Log };

const act = (deps: BackgroundDeps, work: Job): Promise<void> => {
  switch (work.kind) {
    case 'plan-recheck':
      return planRecheck(deps, work);
    case 'recheck':
      return recheck(deps, work);
    case 'clean-up':
      return cleanUp(deps, work);
    default:
      return work satisfies never;
  }
};

/** Does the jobs of the queue, each failing alone. */
export const background =
  (deps: BackgroundDeps) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    for (const { messageId, body } of event.Records) {
      try {
        await act(deps, job.parse(JSON.parse(body)));
      } catch (error) {
        deps.log.error('A job failed', { message_id: messageId, error });
        failed.push(messageId);
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
