import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** A service of AWS, as it acts for this account and for nobody else's. */
const actingForUs = (service: string) => ({
  principals: [new ServicePrincipal(service)],
  conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
});

export type ServiceTopicProps = {
  /** `cloudwatch.amazonaws.com` */
  service: string;
  /** Of the statement that lets it in. */
  sid: string;
  /** What the key is for. */
  keyDescription: string;
};

/**
 * A topic that a service of AWS publishes to, encrypted with a key of our own: services can't use the AWS managed one of
 * SNS, whose policy is closed. Nothing is kept under it for longer than a delivery takes.
 */
export const serviceTopic = (scope: Construct, { service, sid, keyDescription }: ServiceTopicProps): Topic => {
  const masterKey = new Key(scope, 'Key', {
    description: keyDescription,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
    pendingWindow: Duration.days(7),
  });
  masterKey.addToResourcePolicy(
    new PolicyStatement({
      sid,
      ...actingForUs(service),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
    }),
  );
  return new Topic(scope, 'Topic', { enforceSSL: true, masterKey });
};

/** Lets the service publish to its topic. */
export const letPublish = (topic: Topic, { service, sid }: Pick<ServiceTopicProps, 'service' | 'sid'>): void => {
  topic.addToResourcePolicy(
    new PolicyStatement({ sid, ...actingForUs(service), actions: ['sns:Publish'], resources: [topic.topicArn] }),
  );
};
