import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { GatebellFunction } from './gatebell-function.ts';
import type { DeadLetterQueue } from './gatebell-queue.ts';

/** An AWS service that publishes to a topic. */
export type Publisher = {
  /** `cloudwatch.amazonaws.com` */
  readonly service: string;
  /** Id of the policy statement. */
  readonly sid: string;
  /** Whether its requests to KMS name the account that it acts for. If they don't, a condition on it would refuse every message. */
  readonly namesAccountToKms: boolean;
};

const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };

export type ServiceTopicProps = Publisher & {
  /** Description of the key. */
  keyDescription: string;
};

/**
 * A topic that an AWS service publishes to. Encrypted with its own key, because services can't use the AWS managed key of SNS.
 * SNS stores messages only until they are delivered.
 */
export const serviceTopic = (scope: Construct, props: ServiceTopicProps): Topic => {
  const { service, sid, namesAccountToKms, keyDescription } = props;
  const masterKey = new Key(scope, 'Key', {
    description: keyDescription,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
    pendingWindow: Duration.days(7),
  });
  masterKey.addToResourcePolicy(
    new PolicyStatement({
      sid,
      principals: [new ServicePrincipal(service)],
      ...(namesAccountToKms && { conditions: ofThisAccount }),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
    }),
  );
  return new Topic(scope, 'Topic', { enforceSSL: true, masterKey });
};

/** Allows the service to publish to its topic, for this account only. */
export const letPublish = (topic: Topic, { service, sid }: Publisher): void => {
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid,
      principals: [new ServicePrincipal(service)],
      conditions: ofThisAccount,
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
    }),
  );
};

/**
 * Has the topic invoke the function. What can't be handed over goes to `failures`.
 * https://docs.aws.amazon.com/lambda/latest/dg/using-aliases.html
 */
export const subscribe = (topic: Topic, { live }: GatebellFunction, failures: DeadLetterQueue): void => {
  const subscription = topic.addSubscription(new LambdaSubscription(live, { deadLetterQueue: failures }));
  acknowledge(subscription, {
    'CloudFormation-Validate::W3694': 'The rule knows functions only; SNS invokes aliases as well.',
  });
};
