/** Whom the policy of a key lets in, as the gate asks. */
import { expect, test } from 'vitest';
import { readKeyPolicies } from '../src/template/read-key-policies.ts';
import { resolveStack } from '../src/template/resolved-stack.ts';
import { templateSchema } from '../src/template/template.ts';

const role = { 'Fn::GetAtt': ['Reader', 'Arn'] };
const writer = { 'Fn::GetAtt': ['Writer', 'Arn'] };
const account = { AWS: { 'Fn::Join': ['', ['arn:aws:iam::', { Ref: 'AWS::AccountId' }, ':root']] } };
const statement = (Action: string | string[], Principal: object, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Principal,
  Resource: '*',
  ...more,
});

const stack = resolveStack(
  templateSchema.parse({
    Resources: {
      Reader: { Type: 'AWS::IAM::Role', Properties: {} },
      Writer: { Type: 'AWS::IAM::Role', Properties: {} },
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: {
          KeyPolicy: {
            Statement: [
              statement('kms:Decrypt', { AWS: role }),
              statement(['kms:GenerateDataKey'], { AWS: role }, { Condition: { Bool: { 'aws:x': 'true' } } }),
              statement(['kms:GenerateDataKey'], { Service: 'ses.amazonaws.com' }),
              statement('kms:Encrypt', account, { Condition: { ArnEquals: { 'aws:PrincipalArn': writer } } }),
              statement('kms:DescribeKey', account),
            ],
          },
        },
      },
    },
  }),
  { stackName: 'stack', sqsOrigin: 'http://127.0.0.1:1' },
);
const allows = readKeyPolicies(stack);
const arnOf = (logicalId: string) => stack.resources.find((of) => of.logicalId === logicalId)?.attributes['Arn'] ?? '';
const [keyArn, roleArn] = [arnOf('Key'), arnOf('Reader')];

test('a role may do what the policy of the key names it for', () => {
  expect(allows({ keyArn, roleArn, action: 'kms:Decrypt' })).toBe(true);
});

test('nothing else, with no other key, and no other role', () => {
  expect(allows({ keyArn, roleArn, action: 'kms:GenerateDataKey' })).toBe(false);
  expect(allows({ keyArn: `${keyArn}2`, roleArn, action: 'kms:Decrypt' })).toBe(false);
  expect(allows({ keyArn, roleArn: `${roleArn}2`, action: 'kms:Decrypt' })).toBe(false);
});

test('the account as a principal means the roles that a condition names, and all without one', () => {
  const writerArn = arnOf('Writer');
  expect(allows({ keyArn, roleArn: writerArn, action: 'kms:Encrypt' })).toBe(true);
  expect(allows({ keyArn, roleArn, action: 'kms:Encrypt' })).toBe(false);
  expect(allows({ keyArn, roleArn, action: 'kms:DescribeKey' })).toBe(true);
});
