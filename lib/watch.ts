import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { FUNCTION } from '../functions/contract.ts';
import { type House, HouseFunction } from './house-function.ts';

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
    // The next run, minutes later, does all that a failed one left.
    watch.configureAsyncInvoke({ retryAttempts: 0 });
    new Rule(this, 'Schedule', {
      description: 'Starts the watch of Gatebell',
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(watch, { retryAttempts: 2 })],
    });
  }
}
