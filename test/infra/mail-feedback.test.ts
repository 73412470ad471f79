import { expect, test } from 'vitest';
import { SynthesizedStack } from './synthesized-stack.ts';

const synthesized = new SynthesizedStack();

test('the configuration set publishes bounces, complaints, and rejections', () => {
  const { properties } = synthesized.one(
    'AWS::SES::ConfigurationSetEventDestination',
    'MailFeedback/ConfigurationSet/Events',
  );
  expect(synthesized.text(properties['ConfigurationSetName'])).toBe('MailFeedback/ConfigurationSet');
  expect(properties['EventDestination']).toMatchObject({
    Enabled: true,
    MatchingEventTypes: ['bounce', 'complaint', 'reject'],
    SnsDestination: { TopicARN: expect.anything() },
  });
});

test('SES may publish to the topic, for this account only, and use its key', () => {
  const [policy] = synthesized.all('AWS::SNS::TopicPolicy').filter(({ name }) => name.startsWith('MailFeedback/'));
  expect(policy?.properties['PolicyDocument']).toMatchObject({
    Statement: expect.arrayContaining([
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'ses.amazonaws.com' },
        Condition: {
          StringEquals: { 'AWS:SourceAccount': { Ref: 'AWS::AccountId' }, 'AWS:SourceArn': expect.anything() },
        },
      }),
    ]),
  });
  // Without a condition: SES doesn't name the account to KMS.
  expect(synthesized.one('AWS::KMS::Key', 'MailFeedback/Key').properties['KeyPolicy']).toMatchObject({
    Statement: expect.arrayContaining([
      {
        Sid: 'MailOfThisAccount',
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Principal: { Service: 'ses.amazonaws.com' },
        Resource: '*',
      },
    ]),
  });
});

test('the topic invokes mail-feedback, and stores messages that fail in a dead-letter queue', () => {
  const [subscription] = synthesized
    .all('AWS::SNS::Subscription')
    .filter(({ properties }) => synthesized.text(properties['TopicArn']) === 'MailFeedback/Topic');
  expect(synthesized.invoked(subscription?.properties['Endpoint'])).toBe('MailFeedback/MailFeedback');
  const [config] = synthesized
    .all('AWS::Lambda::EventInvokeConfig')
    .filter(({ properties }) => synthesized.text(properties['FunctionName']) === 'MailFeedback/MailFeedback');
  const kept = JSON.stringify(config?.properties['DestinationConfig']);
  expect(config?.properties).toMatchObject({ MaximumRetryAttempts: 2 });
  expect(kept).toContain(synthesized.one('AWS::SQS::Queue', 'MailFeedback/Failures').logicalId);
});
