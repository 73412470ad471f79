import { Duration, Stack } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ENV, FANNED_OUT, FUNCTION, metricNamespace, SORT_KEY, TABLE } from '../core/contract.ts';
import { GatebellFunction, type SharedResources } from './gatebell-function.ts';
import { type GatebellQueue, WorkQueue } from './gatebell-queue.ts';
import type { Table } from './table.ts';

export type TriggersProps = {
  shared: SharedResources;
  jobs: GatebellQueue;
  /** Concurrent batches of a shard, for each reader. */
  batchesOfShard: number;
};

const timeout = Duration.seconds(60);

const sortKeyIs = (...sortKeys: string[]) => ({
  dynamodb: { Keys: { [TABLE.sortKey]: { S: FilterRule.or(...sortKeys) } } },
});

/** An exception window that counts its first repeat: it needs a job that reports the repeats when it closes. */
const firstHeldBack = {
  eventName: FilterRule.isEqual('MODIFY'),
  dynamodb: {
    Keys: { [TABLE.sortKey]: { S: FilterRule.isEqual(SORT_KEY.window) } },
    NewImage: { held_back: { N: FilterRule.isEqual('1') } },
  },
};

/** A notification without deliveries. Those of a seed or a restored backup already have them. */
const newNotification = {
  eventName: FilterRule.isEqual('INSERT'),
  dynamodb: {
    Keys: { [TABLE.sortKey]: { S: FilterRule.isEqual(SORT_KEY.notification) } },
    NewImage: { [FANNED_OUT]: { S: FilterRule.notExists() } },
  },
};

/** A deleted notification: an item that expires took its place. Its expiry is ignored. */
const newTombstone = {
  eventName: FilterRule.isEqual('MODIFY'),
  dynamodb: {
    Keys: { [TABLE.sortKey]: { S: FilterRule.isEqual(SORT_KEY.notification) } },
    NewImage: { [TABLE.ttl]: { N: FilterRule.exists() } },
  },
};

/** The two readers of the table's stream; DynamoDB recommends at most two. */
export class Triggers extends Construct {
  /** For the alarms on their iterator age. */
  readonly readers: readonly GatebellFunction[];

  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    this.readers = [this.#gateTrigger(props), this.#fanOut(props)];
  }

  #gateTrigger({ shared, jobs, batchesOfShard }: TriggersProps): GatebellFunction {
    const gateTrigger = new GatebellFunction(this, FUNCTION.gateTrigger, {
      shared,
      description:
        'Creates notifications of gate changes, and jobs for changed settings, deletions, and exception windows',
      impact: "Gate-change notifications aren't sent, and changed settings don't reach products.",
      timeout,
      environment: { [ENV.jobQueueUrl]: jobs.queueUrl },
    });
    shared.table.grant(gateTrigger, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem');
    jobs.grantSend(gateTrigger);
    const written = sortKeyIs(SORT_KEY.product, SORT_KEY.settings, SORT_KEY.channels, SORT_KEY.heartbeat);
    this.#follow(shared.table, gateTrigger, { batchesOfShard, filters: [written, firstHeldBack, newTombstone] });
    return gateTrigger;
  }

  #fanOut({ shared, batchesOfShard }: TriggersProps): GatebellFunction {
    const fanOut = new GatebellFunction(this, FUNCTION.fanOut, {
      shared,
      description: 'Creates a delivery and a queue message for each target of a new notification',
      impact: "New notifications appear in the page and aren't sent.",
      timeout,
      environment: { [ENV.metricNamespace]: metricNamespace(Stack.of(this).stackName) },
    });
    shared.table.grant(fanOut, 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem');
    const filters = [newNotification, sortKeyIs(SORT_KEY.heartbeatSeen)];
    this.#follow(shared.table, fanOut, { batchesOfShard, filters });
    return fanOut;
  }

  #follow(
    table: Table,
    target: GatebellFunction,
    { batchesOfShard, filters }: { batchesOfShard: number; filters: Record<string, unknown>[] },
  ): void {
    table.grantReadStream(target);
    const failures = this.#failuresOf(target);
    new EventSourceMapping(this, `${target.node.id}Mapping`, {
      target: target.live,
      eventSourceArn: table.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: filters.map((filter) => FilterCriteria.filter(filter)),
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(0),
      parallelizationFactor: batchesOfShard,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // Few retries, because a failing record blocks its shard; the failures queue retries it for longer. The age is below the
      // stream's 24 hours, so that the record can still be read from there.
      retryAttempts: 5,
      maxRecordAge: Duration.hours(20),
      onFailure: failures.messages.asFailureDestination(),
    });
  }

  /**
   * Positions of the records that Lambda gave up on. Their reader reads them again from the stream, every six minutes for seven
   * hours, so that an outage loses nothing.
   */
  #failuresOf(reader: GatebellFunction): WorkQueue {
    const failures = new WorkQueue(this, `${reader.node.id}Failures`, {
      consumerTimeout: timeout,
      maxReceiveCount: 70,
      oldestMessage: Duration.hours(1),
      stalledImpact: "changes that were given up aren't processed again.",
      advice: {
        impact: "A change was given up after all attempts: a gate change or a notification wasn't sent.",
        firstStep:
          'Read the error in the log of the function that the message names, and the record from the stream, which keeps it for a day.',
      },
    });
    failures.feed(reader.live, { batchSize: 1 });
    return failures;
  }
}
