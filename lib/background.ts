import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV, FUNCTION } from '../core/contract.ts';
import { GatebellFunction, type SharedResources } from './gatebell-function.ts';
import { type GatebellQueue, WorkQueue } from './gatebell-queue.ts';

export type BackgroundProps = { readonly shared: SharedResources };

/** Long-running jobs. Each invocation processes one page and queues the remaining work as another job. */
export class Background extends Construct {
  readonly jobs: GatebellQueue;

  constructor(scope: Construct, id: string, { shared }: BackgroundProps) {
    super(scope, id);
    const timeout = Duration.seconds(120);
    const queue = new WorkQueue(this, 'Queue', {
      consumerTimeout: timeout,
      maxReceiveCount: 10,
      oldestMessage: Duration.hours(1),
      stalledImpact: "gates aren't recalculated, and data of deleted products isn't removed.",
      advice: {
        impact:
          "A background job failed ten times: gates aren't recalculated, data of a deleted product or notification isn't removed, or repeated exceptions aren't summarized.",
        firstStep:
          'Read the job in the queue and its error in the log of the background function; redrive it after the fix.',
      },
    });
    const background = new GatebellFunction(this, FUNCTION.background, {
      shared,
      description:
        'Recalculates gates, removes data of deleted products and notifications, closes exception windows, migrates items',
      impact: "Gates aren't recalculated after settings change, and data of deleted products isn't removed.",
      timeout,
      environment: { [ENV.jobQueueUrl]: queue.messages.queueUrl },
      feedsItself: true,
    });

    shared.table.grant(
      background,
      'GetItem',
      'BatchGetItem',
      'Query',
      'UpdateItem',
      'DeleteItem',
      'BatchWriteItem',
      'PutItem',
      'ConditionCheckItem',
    );
    queue.messages.grantSend(background);
    queue.feed(background.live, { batchSize: 1, maxConcurrency: 10 });
    this.jobs = queue.messages;
  }
}
