import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { ENV, FUNCTION, metricNamespace } from '../core/contract.ts';
import { acknowledge } from './acknowledge.ts';
import { GatebellFunction, type SharedResources } from './gatebell-function.ts';

/** Why a failed run needs no failure destination. */
const NEXT_RUN = 'The next run, five minutes later, repeats the work.';

/** Every five minutes, wakes targets whose deliveries are due soon, finds overdue reports, and fans out stalled notifications. */
export class Sweeper extends Construct {
  readonly function: GatebellFunction;

  constructor(scope: Construct, id: string, { shared }: { shared: SharedResources }) {
    super(scope, id);
    const sweeper = new GatebellFunction(this, FUNCTION.sweeper, {
      shared,
      description:
        'Wakes targets whose deliveries are due, finds overdue reports, and fans out notifications that were not fanned out',
      impact:
        "Scheduled messages and late retries aren't sent, overdue reports aren't notified, and lost work isn't repeated: a target without its queue message, a notification without its deliveries.",
      timeout: Duration.seconds(120),
      environment: { [ENV.metricNamespace]: metricNamespace(Stack.of(this).stackName) },
    });
    this.function = sweeper;
    shared.table.grant(sweeper, 'UpdateItem', 'BatchGetItem', 'BatchWriteItem', 'Query');
    shared.table.grantScanIndex(sweeper, 'waiting');
    sweeper.live.configureAsyncInvoke({ retryAttempts: 0 });
    new Rule(this, 'Schedule', {
      description: 'Starts the sweeper',
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(sweeper.live, { retryAttempts: 2 })],
    });
    acknowledge(this, {
      'Serverless-LambdaAsyncFailureDestination': NEXT_RUN,
      'Serverless-EventBusDLQ': NEXT_RUN,
    });
  }
}
