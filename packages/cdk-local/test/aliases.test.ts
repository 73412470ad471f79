import { describe, expect, test } from 'vitest';
import { findFunction } from '../src/functions/function-definition.ts';
import { readAsyncSettings, readFunctions } from '../src/template/read-functions.ts';
import { readPermissions } from '../src/template/read-roles.ts';
import { resolveStack } from '../src/template/resolved-stack.ts';
import { templateSchema } from '../src/template/template.ts';

const ARN = 'arn:aws:lambda:eu-central-1:000000000000:function:stack-Orders';

const orders = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'assets', S3Key: 'abc.zip' },
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/orders',
    Runtime: 'nodejs24.x',
  },
};
const version = { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Orders' } } };
const alias = {
  Type: 'AWS::Lambda::Alias',
  Properties: {
    FunctionName: { Ref: 'Orders' },
    FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
    Name: 'live',
  },
};

const stackOf = (more: Record<string, object>) =>
  resolveStack(templateSchema.parse({ Resources: { Orders: orders, Version: version, Live: alias, ...more } }), {
    stackName: 'stack',
    sqsOrigin: 'http://127.0.0.1:9',
  });
const functionsOf = (more: Record<string, object> = {}) => readFunctions(stackOf(more), new Map([['abc', '/assets']]));

describe('a function with an alias', () => {
  test.each([
    ['stack-Orders', ARN],
    [ARN, ARN],
    ['stack-Orders:live', `${ARN}:live`],
    [`${ARN}:live`, `${ARN}:live`],
  ])('is %s, invoked by %s', (reference, invokedArn) => {
    expect(findFunction(functionsOf(), reference)).toMatchObject({ target: { name: 'orders' }, invokedArn });
  });

  test('is not what an alias that it does not have refers to', () => {
    expect(findFunction(functionsOf(), `${ARN}:canary`)).toBeUndefined();
  });

  test('as the template refers to it, is its ARN', () => {
    const { resources } = stackOf({});
    expect(resources.find(({ logicalId }) => logicalId === 'Live')).toMatchObject({ ref: `${ARN}:live` });
    expect(resources.find(({ logicalId }) => logicalId === 'Version')).toMatchObject({ ref: `${ARN}:1` });
  });

  test('refuses weights between versions, of which there is one', () => {
    const RoutingConfig = { AdditionalVersionWeights: [] };
    expect(() => functionsOf({ Live: { ...alias, Properties: { ...alias.Properties, RoutingConfig } } })).toThrow(
      /Live.*RoutingConfig/s,
    );
  });
});

test('a permission counts for the alias or for the function, not for both', () => {
  const permission = (FunctionName: object) => ({
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName,
        Principal: 'sns.amazonaws.com',
        SourceArn: 'arn:topic',
      },
    },
  });
  const call = { principal: 'sns.amazonaws.com', sourceArn: 'arn:topic' };
  const ofAlias = readPermissions(stackOf(permission({ Ref: 'Live' })));
  expect(ofAlias({ ...call, functionArn: `${ARN}:live` })).toBe(true);
  expect(ofAlias({ ...call, functionArn: ARN })).toBe(false);
  const ofFunction = readPermissions(stackOf(permission({ 'Fn::GetAtt': ['Orders', 'Arn'] })));
  expect(ofFunction({ ...call, functionArn: ARN })).toBe(true);
  expect(ofFunction({ ...call, functionArn: `${ARN}:live` })).toBe(false);
});

describe('settings of asynchronous invocations', () => {
  const settings = (Qualifier: string) => ({
    Settings: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: 'Orders' }, Qualifier, MaximumRetryAttempts: 0 },
    },
  });

  test('are those of the alias that they name', () => {
    const read = readAsyncSettings(stackOf(settings('live')));
    expect(read.get(`${ARN}:live`)).toEqual({ maximumRetryAttempts: 0 });
    expect(read.get(ARN)).toEqual({});
  });

  test('are refused for an alias that is not there', () => {
    expect(() => readAsyncSettings(stackOf(settings('canary')))).toThrow(/Settings.*canary/);
  });
});
