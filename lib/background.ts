import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { ENV, FUNCTION } from '../core/contract.ts';
import { acknowledge } from './acknowledge.ts';
import { GatebellFunction, type SharedResources } from './gatebell-function.ts';
import { type GatebellQueue, WorkQueue } from './gatebell-queue.ts';

export type BackgroundProps = {
  readonly shared: SharedResources;
  /** Concurrent jobs: many deletions leave concurrency and write capacity to the others. */
  readonly maxConcurrency: number;
};

/** The first job of a run that deletes expired notifications, in a message as the queue sends it. */
const EXPIRE = {
  Records: [{ messageId: 'schedule', body: JSON.stringify({ kind: 'expire', shard: 0, after: null, until: null }) }],
};

/** Why a failed run needs no failure destination. */
const NEXT_RUN = 'The next run, an hour later, deletes what this one leaves.';

/** Long-running jobs. Each invocation processes one page and queues the remaining work as another job. */
export class Background extends Construct {
  readonly jobs: GatebellQueue;

  constructor(scope: Construct, id: string, { shared, maxConcurrency }: BackgroundProps) {
    super(scope, id);
    const timeout = Duration.seconds(120);
    const queue = new WorkQueue(this, 'Queue', {
      consumerTimeout: timeout,
      // Twelve hours. Lambda receives a message before it finds that the account has no execution free, and SQS counts that.
      maxReceiveCount: 60,
      oldestMessage: Duration.hours(1),
      stalledImpact: "gates aren't recalculated, and data of deleted products isn't removed.",
      advice: {
        impact:
          "A background job failed for twelve hours: gates aren't recalculated, data of a deleted product or notification isn't removed, or repeated exceptions aren't summarized.",
        firstStep:
          'Read the job in the queue and its error in the log of the background function; redrive it after the fix.',
      },
    });
    const background = new GatebellFunction(this, FUNCTION.background, {
      shared,
      description:
        'Recalculates gates, deletes expired notifications and data of deleted products, closes exception windows, migrates items',
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
    );
    shared.table.grantQueryIndex(background, 'timeline');
    shared.table.grantQueryIndex(background, 'waiting');
    queue.messages.grantSend(background);
    queue.feed(background.live, { batchSize: 1, maxConcurrency });
    this.#deleteExpired(background);
    this.jobs = queue.messages;
  }

  #deleteExpired(background: GatebellFunction): void {
    background.live.configureAsyncInvoke({ retryAttempts: 0 });
    new Rule(this, 'Expiry', {
      description: 'Starts the deletion of expired notifications',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(background.live, { event: RuleTargetInput.fromObject(EXPIRE), retryAttempts: 2 })],
    });
    acknowledge(this, {
      'Serverless-LambdaAsyncFailureDestination': NEXT_RUN,
      'Serverless-EventBusDLQ': NEXT_RUN,
    });
  }
}
