import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { ENV, FUNCTION, metricNamespace } from '../core/contract.ts';
import { acknowledge } from './acknowledge.ts';
import { GatebellFunction, type SharedResources } from './gatebell-function.ts';

/** Why nothing keeps a run that failed or did not start. */
const NEXT_RUN = 'The next run, minutes later, does all that one left.';

/** Looks every five minutes for stalled deliveries and notifications, and re-queues them. */
export class Watch extends Construct {
  constructor(scope: Construct, id: string, { house }: { house: SharedResources }) {
    super(scope, id);
    const watch = new GatebellFunction(this, FUNCTION.watch, {
      house,
      description: 'Re-queues deliveries that are stalled, and fans out notifications that were not',
      impact: "Lost work isn't repeated: a delivery without its queue message, a notification without its deliveries.",
      timeout: Duration.seconds(120),
      environment: { [ENV.metricNamespace]: metricNamespace(Stack.of(this).stackName) },
    });
    house.table.grantQueryIndex(watch, 'watch');
    watch.configureAsyncInvoke({ retryAttempts: 0 });
    new Rule(this, 'Schedule', {
      description: 'Starts the watch of Gatebell',
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(watch, { retryAttempts: 2 })],
    });
    acknowledge(this, {
      'Serverless-LambdaAsyncFailureDestination': NEXT_RUN,
      'Serverless-EventBusDLQ': NEXT_RUN,
    });
  }
}
