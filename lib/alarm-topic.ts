import { Duration, Stack } from 'aws-cdk-lib';
import { FilterOrPolicy, SubscriptionFilter, type Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { FUNCTION } from '../core/contract.ts';
import { acknowledge } from './acknowledge.ts';
import { GatebellFunction, type SharedResources } from './gatebell-function.ts';
import { DeadLetterQueue } from './gatebell-queue.ts';
import { letPublish, serviceTopic } from './service-topic.ts';

/** Other teams point their alarms here, and what those say is theirs: it is encrypted. */
const CLOUDWATCH = { service: 'cloudwatch.amazonaws.com', sid: 'AlarmsOfThisAccount' };

/** Where any CloudWatch alarm of the account may publish: one that goes off becomes an exception notification. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;
  /** What the function could not take in three tries, and what SNS could not hand to it. */
  readonly failures: DeadLetterQueue;

  constructor(scope: Construct, id: string, { house }: { house: SharedResources }) {
    super(scope, id);
    this.topic = serviceTopic(this, { ...CLOUDWATCH, keyDescription: 'Encrypts the alarm topic of Gatebell' });
    letPublish(this.topic, CLOUDWATCH);
    this.failures = new DeadLetterQueue(this, 'Failures', {
      impact: "A CloudWatch alarm went off, and its notification wasn't sent.",
      firstStep: 'Read the alarm in the queue and handle it, then the error in the log of the alarms function.',
    });
    const alarms = new GatebellFunction(this, FUNCTION.alarms, {
      house,
      description: 'Makes an exception notification of a CloudWatch alarm that goes off',
      impact: "CloudWatch alarms aren't notified.",
      timeout: Duration.seconds(30),
    });
    alarms.configureAsyncInvoke({
      retryAttempts: 2,
      // Shorter than the hour for which an alarm stays raised: docs/adr/009-alarms-cant-loop.md stands on it.
      maxEventAge: Duration.minutes(30),
      onFailure: this.failures.asFailureDestination(),
    });
    this.topic.addSubscription(new LambdaSubscription(alarms, { deadLetterQueue: this.failures }));
  }

  /** Mails the stack's own alarms, and no other's, past Gatebell: it may be what is broken. */
  mailOwnAlarmsTo(address: string): void {
    const own = SubscriptionFilter.stringFilter({ matchPrefixes: [`${Stack.of(this).stackName}-`] });
    const mail = this.topic.addSubscription(
      new EmailSubscription(address, { filterPolicyWithMessageBody: { AlarmName: FilterOrPolicy.filter(own) } }),
    );
    acknowledge(mail, {
      'Serverless-SNSRedrivePolicy':
        'The alarm about its dead letters would be mailed to the same address; Gatebell is told of the alarm all the same.',
    });
  }
}
