import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { FUNCTION } from '../functions/contract.ts';
import { acknowledge } from './acknowledge.ts';
import { type House, HouseFunction } from './house-function.ts';

/** Why nothing keeps a run that failed or did not start. */
const NEXT_RUN = 'The next run, minutes later, does all that one left.';

/** Looks every five minutes for deliveries that rest, and sets them going again. */
export class Watch extends Construct {
  constructor(scope: Construct, id: string, { house }: { house: House }) {
    super(scope, id);
    const watch = new HouseFunction(this, FUNCTION.watch, {
      house,
      description: 'Sets deliveries going again that rest beyond their schedule',
      impact: 'A delivery whose message was lost stays pending or retrying, and is not tried again.',
      timeout: Duration.seconds(120),
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
