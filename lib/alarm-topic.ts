import { Duration, Stack } from 'aws-cdk-lib';
import { FilterOrPolicy, SubscriptionFilter, type Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { FUNCTION } from '../core/contract.ts';
import { acknowledge } from './acknowledge.ts';
import { GatebellFunction, type SharedResources } from './gatebell-function.ts';
import { DeadLetterQueue } from './gatebell-queue.ts';
import { letPublish, type Publisher, serviceTopic, subscribe } from './service-topic.ts';

/**
 * Other teams' alarms are published here, so the topic is encrypted. CloudWatch names the account to SNS and to KMS; of the services
 * that publish to encrypted topics, AWS's documentation excepts only EventBridge.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
const CLOUDWATCH: Publisher = {
  service: 'cloudwatch.amazonaws.com',
  sid: 'AlarmsOfThisAccount',
  namesAccountToKms: true,
};

/** The topic for CloudWatch alarms of the account: each alarm that goes off or is OK again becomes an exception notification. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;
  /** Alarms that the function failed to process three times, and those that SNS couldn't deliver to it. */
  readonly failures: DeadLetterQueue;

  constructor(scope: Construct, id: string, { shared }: { shared: SharedResources }) {
    super(scope, id);
    this.topic = serviceTopic(this, { ...CLOUDWATCH, keyDescription: "Encrypts Gatebell's alarm topic" });
    letPublish(this.topic, CLOUDWATCH);
    this.failures = new DeadLetterQueue(this, 'Failures', {
      impact: "A CloudWatch alarm went off, and its notification wasn't sent.",
      firstStep: 'Read the alarm in the queue and handle it, then the error in the log of the alarms function.',
    });
    const alarms = new GatebellFunction(this, FUNCTION.alarms, {
      shared,
      description: 'Creates an exception notification when a CloudWatch alarm goes off or is OK again',
      impact: "CloudWatch alarms aren't notified.",
      timeout: Duration.seconds(30),
    });
    alarms.live.configureAsyncInvoke({
      retryAttempts: 2,
      // Shorter than the hour for which an alarm stays raised: docs/adr/009-alarms-cant-loop.md relies on it.
      maxEventAge: Duration.minutes(30),
      onFailure: this.failures.asFailureDestination(),
    });
    subscribe(this.topic, alarms, this.failures);
  }

  /** Emails the stack's own alarms, and no others, directly from SNS, because Gatebell itself may be broken. */
  mailOwnAlarmsTo(address: string): void {
    const own = SubscriptionFilter.stringFilter({ matchPrefixes: [`${Stack.of(this).stackName}-`] });
    const mail = this.topic.addSubscription(
      new EmailSubscription(address, { filterPolicyWithMessageBody: { AlarmName: FilterOrPolicy.filter(own) } }),
    );
    acknowledge(mail, {
      'Serverless-SNSRedrivePolicy':
        'An alarm about its dead letters would be emailed to the same address. Gatebell receives the alarm in any case.',
    });
  }
}
