import { describe, expect, test } from 'vitest';
import { SynthesizedStack } from './synthesized-stack.ts';

const synthesized = new SynthesizedStack({ alarmEmail: 'ops@example.org', keepDataOnRemoval: false });

/** What others put messages or files into: the policy that guards it, the property that names it, and what that guards. */
const GUARDED = {
  'AWS::SQS::Queue': { policy: 'AWS::SQS::QueuePolicy', names: 'Queues', actions: 'sqs:*' },
  'AWS::SNS::Topic': { policy: 'AWS::SNS::TopicPolicy', names: 'Topics', actions: 'sns:Publish' },
  'AWS::S3::Bucket': { policy: 'AWS::S3::BucketPolicy', names: 'Bucket', actions: 's3:*' },
};

const ofAnyKind = Object.keys(GUARDED).flatMap((type) =>
  synthesized.all(type).map((resource) => ({ type, ...resource })),
);

test('there are queues, topics and a bucket', () => {
  expect(Object.keys(Object.groupBy(ofAnyKind, ({ type }) => type)).toSorted()).toEqual(
    Object.keys(GUARDED).toSorted(),
  );
});

describe.each(Object.entries(GUARDED))('every %s', (type, { policy, names, actions }) => {
  test.each(synthesized.all(type))('refuses what does not come over TLS: $name', ({ logicalId }) => {
    const policies = synthesized
      .all(policy)
      .filter(({ properties }) => JSON.stringify(properties[names]).includes(`"${logicalId}"`));
    expect(policies).toHaveLength(1);
    expect(policies[0]?.properties['PolicyDocument']).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({
          Effect: 'Deny',
          Action: actions,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ]),
    });
  });
});

test.each(synthesized.all('AWS::S3::Bucket'))('the bucket $name is closed to the public', ({ properties }) => {
  expect(properties['PublicAccessBlockConfiguration']).toEqual({
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  });
  expect(properties).not.toHaveProperty('WebsiteConfiguration');
  expect(properties).not.toHaveProperty('AccessControl');
});

describe.each(synthesized.all('AWS::SNS::Subscription'))('the subscription $name', ({ properties }) => {
  test('keeps what it can not hand to its function in a queue that lets its topic in', () => {
    // Mail: the alarm about its dead letters would go to the same address.
    if (properties['Protocol'] === 'email') return;
    const { deadLetterTargetArn } = Object.fromEntries(Object.entries(properties['RedrivePolicy'] ?? {}));
    const queue = synthesized.text(deadLetterTargetArn).replace(/\.Arn$/, '');
    expect(synthesized.one('AWS::SQS::QueuePolicy', `${queue}/Policy`).properties['PolicyDocument']).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Principal: { Service: 'sns.amazonaws.com' },
          Condition: { ArnEquals: { 'aws:SourceArn': properties['TopicArn'] } },
        }),
      ]),
    });
  });
});
