import { Duration, Stack } from 'aws-cdk-lib';
import type { ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { ENV, FUNCTION, metricNamespace } from '../core/contract.ts';
import { GatebellFunction, type SharedResources } from './gatebell-function.ts';
import { WorkQueue } from './gatebell-queue.ts';
import { grantSendEmail } from './send-email.ts';
import type { WebhookKey } from './webhook-key.ts';

export type DeliveryProps = {
  house: SharedResources;
  queue: WorkQueue;
  /** Mail is sent under it. */
  configurationSet: ConfigurationSet;
  /** How many mails SES takes from the account in a second. */
  mailsPerSecond: number;
  /** Opens them. */
  webhookKey: WebhookKey;
  /** Dispatchers at a time, so that a flood of notifications leaves the account's concurrency to the API. */
  maxConcurrency: number;
};

const DISPATCHER_TIMEOUT = Duration.seconds(60);

/**
 * The queue of the messages to targets. The dispatcher reschedules a failed delivery by visibility, for minutes or hours:
 * receipts are many by design (it replaces a message before they are too many), and it moves a delivery that is over to
 * the dead letters itself. The redrive is for messages that it can't even read.
 */
export class DeliveryQueue extends WorkQueue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      consumerTimeout: DISPATCHER_TIMEOUT,
      maxReceiveCount: 60,
      advice: {
        impact: "A notification didn't reach a target after all attempts.",
        firstStep:
          'Open the notification that the message names and read the reason; fix the target, then send it again.',
      },
    });
  }
}

/** From a message a target to what Slack, Teams or a mailbox shows. */
export class Delivery extends Construct {
  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    const { house, queue, configurationSet, mailsPerSecond, webhookKey, maxConcurrency } = props;
    const dispatcher = new GatebellFunction(this, FUNCTION.dispatcher, {
      house,
      description: 'Sends each delivery to its target and records the outcome',
      impact: "Notifications aren't sent; they wait in the delivery queue.",
      timeout: DISPATCHER_TIMEOUT,
      environment: {
        [ENV.deliveryDeadLetterQueueUrl]: queue.deadLetters.queueUrl,
        [ENV.mailConfigurationSet]: configurationSet.configurationSetName,
        [ENV.mailsPerSecond]: String(mailsPerSecond),
        [ENV.metricNamespace]: metricNamespace(Stack.of(this).stackName),
      },
      feedsItself: true,
    });

    house.table.grant(dispatcher, 'BatchGetItem', 'UpdateItem');
    queue.messages.grantReschedule(dispatcher);
    queue.deadLetters.grantSend(dispatcher);
    queue.feed(dispatcher, { batchSize: 10, maxConcurrency });
    grantSendEmail(this, dispatcher, configurationSet);
    webhookKey.grantOpen(dispatcher);
  }
}
