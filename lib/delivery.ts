import { Duration, Stack } from 'aws-cdk-lib';
import type { ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { ENV, FUNCTION, metricNamespace } from '../core/contract.ts';
import type { TargetIntervals } from './configuration.ts';
import { GatebellFunction, type SharedResources } from './gatebell-function.ts';
import { WorkQueue } from './gatebell-queue.ts';
import { grantChannels } from './grant-channels.ts';
import type { WebhookKey } from './webhook-key.ts';

export type DeliveryProps = {
  shared: SharedResources;
  queue: WorkQueue;
  /** The configuration set that email is sent with. */
  configurationSet: ConfigurationSet;
  /** The account's send rate at SES. */
  mailsPerSecond: number;
  /** How often a target gets a message. */
  targetIntervals: TargetIntervals;
  /** Decrypts webhooks. */
  webhookKey: WebhookKey;
  /** Maximum concurrent dispatchers, so that many notifications leave concurrency for the API. */
  maxConcurrency: number;
};

const DISPATCHER_TIMEOUT = Duration.seconds(60);

/**
 * The delivery queue. Its messages wake targets, and what waits is in the table. The dispatcher sends failed deliveries to the
 * dead-letter queue itself; the redrive policy is for messages that fail again and again.
 */
export class DeliveryQueue extends WorkQueue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      consumerTimeout: DISPATCHER_TIMEOUT,
      // Six hours of failures. Lambda receives a message before it finds that the account has no execution free, and SQS counts that.
      maxReceiveCount: 60,
      oldestMessage: Duration.hours(1),
      stalledImpact: "notifications aren't sent.",
      advice: {
        impact: "A notification didn't reach a target after all attempts.",
        firstStep:
          'Open the notification that the message names and read the reason; fix the target, then send it again.',
      },
    });
  }
}

/** The dispatcher and what it needs to send deliveries. */
export class Delivery extends Construct {
  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    const { shared, queue, configurationSet, mailsPerSecond, targetIntervals, webhookKey, maxConcurrency } = props;
    const dispatcher = new GatebellFunction(this, FUNCTION.dispatcher, {
      shared,
      description: 'Sends each delivery to its target and records the outcome',
      impact: "Notifications aren't sent; they wait in the delivery queue.",
      timeout: DISPATCHER_TIMEOUT,
      environment: {
        [ENV.deliveryDeadLetterQueueUrl]: queue.deadLetters.queueUrl,
        [ENV.mailsPerSecond]: String(mailsPerSecond),
        [ENV.webhookIntervalSeconds]: String(targetIntervals.webhookSeconds),
        [ENV.emailIntervalSeconds]: String(targetIntervals.emailSeconds),
        [ENV.metricNamespace]: metricNamespace(Stack.of(this).stackName),
      },
      feedsItself: true,
    });

    shared.table.grant(dispatcher, 'BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem');
    shared.table.grantQueryIndex(dispatcher, 'waiting');
    queue.deadLetters.grantSend(dispatcher);
    queue.feed(dispatcher.live, { batchSize: 10, maxConcurrency });
    grantChannels(this, dispatcher, { configurationSet, ...shared });
    webhookKey.grantDecrypt(dispatcher);
  }
}
