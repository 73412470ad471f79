import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { gatebell } from './synthesized-stack.ts';

const findings = (scope: ReturnType<typeof gatebell>) =>
  [new AwsSolutionsChecks(), new ServerlessChecks()]
    .flatMap((pack) => pack.validateScope(scope).violations)
    .map(({ ruleName, violatingResources }) => ({
      ruleName,
      at: violatingResources.map(({ constructPath }) => constructPath),
    }));

test.each([
  ['a stage', {}],
  ['a stage with more', { alarmEmail: 'ops@example.org', keepDataOnRemoval: false, reservedConcurrency: 100 }],
  ['a stage whose account and region are set', { env: { account: '111122223333', region: 'eu-central-1' } }],
])('the checks find nothing in %s that is not acknowledged with its reason', (_, options) => {
  expect(findings(gatebell(options))).toEqual([]);
});

test('nor in one of an account that is bootstrapped under a qualifier of its own', () => {
  expect(findings(gatebell({}, { '@aws-cdk/core:bootstrapQualifier': 'acme' }))).toEqual([]);
});

test('the checks do look', () => {
  const stack = gatebell();
  new Queue(stack, 'Careless');
  expect(findings(stack).map(({ ruleName }) => ruleName)).toEqual(
    expect.arrayContaining(['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy']),
  );
});
