import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { gatebell } from './synthesized-stack.ts';

const findings = (scope: ReturnType<typeof gatebell>) =>
  new AwsSolutionsChecks().validateScope(scope).violations.map(({ ruleName, violatingResources }) => ({
    ruleName,
    at: violatingResources.map(({ constructPath }) => constructPath),
  }));

test('the AWS Solutions checks find nothing that is not acknowledged with its reason', () => {
  expect(findings(gatebell())).toEqual([]);
});

test('the checks do look', () => {
  const stack = gatebell();
  new Queue(stack, 'Careless');
  expect(findings(stack).map(({ ruleName }) => ruleName)).toContain('AwsSolutions-SQS3');
});
