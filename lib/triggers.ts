import { Duration, Validations } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ENV, FUNCTION, SORT_KEY, TABLE } from '../functions/contract.ts';
import { type House, HouseFunction } from './house-function.ts';
import { HouseQueue } from './house-queue.ts';
import type { Table } from './table.ts';

export type TriggersProps = { house: House; table: Table; jobs: HouseQueue; deliveries: HouseQueue };

const timeout = Duration.seconds(60);

const sortKeyIs = (...sortKeys: string[]) => ({
  dynamodb: { Keys: { [TABLE.sortKey]: { S: FilterRule.or(...sortKeys) } } },
});

/** The two readers of the table's stream; two is also how many DynamoDB advises at most. */
export class Triggers extends Construct {
  /** Where the records were in the stream that a reader gave up; the records themselves stay there for a day. */
  readonly failures: HouseQueue;

  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    this.failures = new HouseQueue(this, 'Failures');
    Validations.of(this.failures).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue, of the event source mappings of the stream; nothing consumes it.',
    });
    this.#gateTrigger(props);
    this.#fanOut(props);
  }

  #gateTrigger({ house, table, jobs }: TriggersProps): void {
    const gateTrigger = new HouseFunction(this, FUNCTION.gateTrigger, {
      house,
      description: 'Makes a notification of a flipped gate, and jobs of changed settings and deleted products',
      timeout,
      environment: { [ENV.tableName]: table.tableName, [ENV.jobQueueUrl]: jobs.queueUrl },
    });
    table.grant(gateTrigger, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem');
    jobs.grantSend(gateTrigger);
    this.#follow(table, gateTrigger, sortKeyIs(SORT_KEY.product, SORT_KEY.settings));
  }

  #fanOut({ house, table, deliveries }: TriggersProps): void {
    const fanOut = new HouseFunction(this, FUNCTION.fanOut, {
      house,
      description: 'Makes a delivery and a queue message for each target of a new notification',
      timeout,
      environment: { [ENV.tableName]: table.tableName, [ENV.deliveryQueueUrl]: deliveries.queueUrl },
    });
    table.grant(fanOut, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem');
    deliveries.grantSend(fanOut);
    this.#follow(table, fanOut, { eventName: FilterRule.isEqual('INSERT'), ...sortKeyIs(SORT_KEY.notification) });
  }

  #follow(table: Table, target: HouseFunction, filter: Record<string, unknown>): void {
    table.grantReadStream(target);
    new EventSourceMapping(this, `${target.node.id}Mapping`, {
      target,
      eventSourceArn: table.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [FilterCriteria.filter(filter)],
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(0),
      parallelizationFactor: 2,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // A record that can't be done blocks its shard while it is tried. Younger than the stream's 24 hours, so that who
      // finds its place in the failures queue has hours left to read it from there.
      retryAttempts: 20,
      maxRecordAge: Duration.hours(20),
      onFailure: this.failures.asFailureDestination(),
    });
  }
}
