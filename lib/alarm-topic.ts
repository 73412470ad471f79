import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { FUNCTION } from '../functions/contract.ts';
import { type House, HouseFunction } from './house-function.ts';
import { HouseQueue } from './house-queue.ts';

/** Where any CloudWatch alarm of the account may publish: one that goes off becomes an exception notification. */
export class AlarmTopic extends Construct {
  readonly topicArn: string;
  readonly topic: Topic;
  /** What the function could not take in three tries. */
  readonly failures: HouseQueue;

  constructor(scope: Construct, id: string, { house }: { house: House }) {
    super(scope, id);
    // Without a key: CloudWatch cannot publish to a topic under the AWS managed one, a key of our own would cost as much
    // as the rest of a small stage, and an alarm's text is no secret.
    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    this.failures = new HouseQueue(this, 'Failures');
    Validations.of(this.failures).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue, of the asynchronous invocations of a function; nothing consumes it.',
    });
    const alarms = new HouseFunction(this, FUNCTION.alarms, {
      house,
      description: 'Makes an exception notification of a CloudWatch alarm that goes off',
      timeout: Duration.seconds(30),
    });
    this.failures.grantSend(alarms);
    const onFailure = { bind: () => ({ destination: this.failures.queueArn }) };
    alarms.configureAsyncInvoke({ retryAttempts: 2, onFailure });
    this.topic.addSubscription(new LambdaSubscription(alarms));
    this.topicArn = this.topic.topicArn;
  }
}
