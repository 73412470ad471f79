import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV, FUNCTION } from '../functions/contract.ts';
import { type House, HouseFunction } from './house-function.ts';
import { type HouseQueue, WorkQueue } from './house-queue.ts';
import type { Table } from './table.ts';

export type BackgroundProps = { house: House; table: Table };

/** Long work, a bounded page an invocation: a job that is not done puts its rest into the queue again. */
export class Background extends Construct {
  readonly jobs: HouseQueue;

  constructor(scope: Construct, id: string, { house, table }: BackgroundProps) {
    super(scope, id);
    const timeout = Duration.seconds(120);
    const queue = new WorkQueue(this, 'Queue', { consumerTimeout: timeout, maxReceiveCount: 10 });
    const background = new HouseFunction(this, FUNCTION.background, {
      house,
      description: 'Rechecks the products on the standard gate, and cleans up after deleted ones',
      timeout,
      environment: { [ENV.tableName]: table.tableName, [ENV.jobQueueUrl]: queue.messages.queueUrl },
      feedsItself: true,
    });

    table.grant(
      background,
      'GetItem',
      'BatchGetItem',
      'Query',
      'UpdateItem',
      'DeleteItem',
      'BatchWriteItem',
      'PutItem',
    );
    table.grantQueryIndex(background, 'membersByUser');
    table.grantQueryIndex(background, 'notificationsByProduct');
    queue.messages.grantSend(background);
    queue.feed(background, { batchSize: 1, maxConcurrency: 10 });
    this.jobs = queue.messages;
  }
}
