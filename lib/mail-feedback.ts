import { Duration } from 'aws-cdk-lib';
import { ConfigurationSet, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENV, FUNCTION } from '../core/contract.ts';
import { GatebellFunction, type SharedResources } from './gatebell-function.ts';
import { DeadLetterQueue, type WorkQueue } from './gatebell-queue.ts';
import { type Publisher, serviceTopic, subscribe } from './service-topic.ts';

export type MailFeedbackProps = { shared: SharedResources; queue: WorkQueue };

/**
 * The key's statement is as SES documents it, which has no condition; SES names the account to SNS only.
 * https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html
 */
const SES: Publisher = { service: 'ses.amazonaws.com', sid: 'MailOfThisAccount', namesAccountToKms: false };

/** Bounces and complaints that arrive after SES accepted an email, and the function that records them. */
export class MailFeedback extends Construct {
  /** The configuration set that email is sent with. */
  readonly configurationSet: ConfigurationSet;
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { shared, queue }: MailFeedbackProps) {
    super(scope, id);
    this.topic = serviceTopic(this, {
      ...SES,
      keyDescription: 'Encrypts the topic for bounces and complaints from SES',
    });
    this.configurationSet = new ConfigurationSet(this, 'ConfigurationSet');
    // This allows SES to publish to the topic, only for this account and from this configuration set.
    this.configurationSet.addEventDestination('Events', {
      destination: EventDestination.snsTopic(this.topic),
      events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT, EmailSendingEvent.REJECT],
    });
    const failures = new DeadLetterQueue(this, 'Failures', {
      impact: 'An email bounced, and its delivery still shows as sent.',
      firstStep: 'Read in the queue which email it was, and the error in the log of the mail-feedback function.',
    });
    const feedback = new GatebellFunction(this, FUNCTION.mailFeedback, {
      shared,
      description: 'Records bounces and complaints on deliveries and addresses',
      impact: 'Bounced email shows as sent, and the address is used again.',
      timeout: Duration.seconds(30),
      environment: { [ENV.deliveryDeadLetterQueueUrl]: queue.deadLetters.queueUrl },
    });
    feedback.live.configureAsyncInvoke({ retryAttempts: 2, onFailure: failures.asFailureDestination() });
    shared.table.grant(feedback, 'GetItem', 'DeleteItem', 'ConditionCheckItem');
    queue.deadLetters.grantSend(feedback);
    subscribe(this.topic, feedback, failures);
  }
}
