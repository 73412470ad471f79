import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SynthesizedStack } from './synthesized-stack.ts';

const ALARMS_OF_THIS_ACCOUNT = {
  Effect: 'Allow',
  Principal: { Service: 'cloudwatch.amazonaws.com' },
  Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
};

const synthesized = new SynthesizedStack();
const topic = synthesized.one('AWS::SNS::Topic', 'AlarmTopic/Topic');
const key = synthesized.one('AWS::KMS::Key', 'AlarmTopic/Key');

describe('the alarm topic', () => {
  test('takes what CloudWatch publishes for this account, and nothing that does not come over TLS', () => {
    const { properties } = synthesized.one('AWS::SNS::TopicPolicy', 'AlarmTopic/Topic/Policy');
    expect(properties['PolicyDocument']).toMatchObject({
      Statement: [
        {
          Effect: 'Deny',
          Action: 'sns:Publish',
          Principal: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        { ...ALARMS_OF_THIS_ACCOUNT, Action: 'sns:Publish', Resource: { Ref: topic.logicalId } },
      ],
    });
  });

  test('is encrypted with a key that CloudWatch can use for it', () => {
    expect(synthesized.text(topic.properties['KmsMasterKeyId'])).toBe('AlarmTopic/Key.Arn');
    const { Statement } = z.object({ Statement: z.array(z.unknown()) }).parse(key.properties['KeyPolicy']);
    expect(Statement).toContainEqual({
      Sid: 'AlarmsOfThisAccount',
      ...ALARMS_OF_THIS_ACCOUNT,
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
    });
    expect(key.properties).toMatchObject({ EnableKeyRotation: true });
  });

  test('is an output, for the alarms of others', () => {
    synthesized.template.hasOutput('AlarmTopicArn', { Value: { Ref: topic.logicalId } });
  });

  test('calls only the alarms function', () => {
    const subscriptions = synthesized
      .all('AWS::SNS::Subscription')
      .filter(({ properties }) => synthesized.text(properties['TopicArn']) === 'AlarmTopic/Topic');
    expect(subscriptions).toHaveLength(1);
    expect(subscriptions[0]?.properties).toMatchObject({ Protocol: 'lambda', TopicArn: { Ref: topic.logicalId } });
    expect(synthesized.invoked(subscriptions[0]?.properties['Endpoint'])).toBe('AlarmTopic/Alarms');
  });
});

test('an alarm that the function can not take is tried twice more and then stored', () => {
  const configs = synthesized
    .all('AWS::Lambda::EventInvokeConfig')
    .filter(({ properties }) => synthesized.text(properties['FunctionName']) === 'AlarmTopic/Alarms');
  expect(configs).toHaveLength(1);
  const config = z
    .object({
      FunctionName: z.json(),
      MaximumRetryAttempts: z.int(),
      MaximumEventAgeInSeconds: z.int(),
      DestinationConfig: z.strictObject({ OnFailure: z.object({ Destination: z.json() }) }),
    })
    .parse(configs[0]?.properties);
  expect(synthesized.text(config.FunctionName)).toBe('AlarmTopic/Alarms');
  expect(config.MaximumRetryAttempts).toBe(2);
  expect(synthesized.text(config.DestinationConfig.OnFailure.Destination)).toBe('AlarmTopic/Failures.Arn');
  // docs/adr/009-alarms-cant-loop.md: it must be over before an alarm that it raised can end.
  expect(config.MaximumEventAgeInSeconds).toBeLessThan(3600);
});
