import { expect, test } from 'vitest';
import { SynthesizedStack } from './synthesized-stack.ts';

const house = new SynthesizedStack();

test('the configuration set tells of bounces, complaints and rejections', () => {
  const { properties } = house.one(
    'AWS::SES::ConfigurationSetEventDestination',
    'MailFeedback/ConfigurationSet/Events',
  );
  expect(house.text(properties['ConfigurationSetName'])).toBe('MailFeedback/ConfigurationSet');
  expect(properties['EventDestination']).toMatchObject({
    Enabled: true,
    MatchingEventTypes: ['bounce', 'complaint', 'reject'],
    SnsDestination: { TopicARN: expect.anything() },
  });
});

test('SES may publish to the topic, for this account only, and use its key', () => {
  const [policy] = house.all('AWS::SNS::TopicPolicy').filter(({ name }) => name.startsWith('MailFeedback/'));
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
  expect(house.one('AWS::KMS::Key', 'MailFeedback/Key').properties['KeyPolicy']).toMatchObject({
    Statement: expect.arrayContaining([
      expect.objectContaining({
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Principal: { Service: 'ses.amazonaws.com' },
      }),
    ]),
  });
});

test('the topic feeds mail-feedback, and what that can not take is kept', () => {
  const [subscription] = house
    .all('AWS::SNS::Subscription')
    .filter(({ properties }) => house.text(properties['TopicArn']) === 'MailFeedback/Topic');
  expect(house.text(subscription?.properties['Endpoint'])).toBe('MailFeedback/MailFeedback.Arn');
  const [config] = house
    .all('AWS::Lambda::EventInvokeConfig')
    .filter(({ properties }) => house.text(properties['FunctionName']) === 'MailFeedback/MailFeedback');
  const kept = JSON.stringify(config?.properties['DestinationConfig']);
  expect(config?.properties).toMatchObject({ MaximumRetryAttempts: 2 });
  expect(kept).toContain(house.one('AWS::SQS::Queue', 'MailFeedback/Failures').logicalId);
});
