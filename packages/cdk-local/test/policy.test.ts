import { describe, expect, test } from 'vitest';
import { isAllowed, policyDocumentSchema, refuseUnknownConditions } from '../src/aws-proxy/policy.ts';

const TABLE = 'arn:aws:dynamodb:eu-central-1:000000000000:table/items';
const statements = (...list: object[]) => policyDocumentSchema.parse({ Statement: list }).Statement;
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const may = (policy: ReturnType<typeof statements>, action: string, resource: string, context = {}) =>
  isAllowed(policy, { action, resources: [resource], context });

describe('a policy', () => {
  test('allows what it names, and nothing else', () => {
    const policy = statements(allow('dynamodb:GetItem', TABLE));
    expect(may(policy, 'dynamodb:GetItem', TABLE)).toBe(true);
    expect(may(policy, 'dynamodb:getitem', TABLE)).toBe(true);
    expect(may(policy, 'dynamodb:PutItem', TABLE)).toBe(false);
    expect(may(policy, 'dynamodb:GetItem', `${TABLE}2`)).toBe(false);
    expect(may([], 'dynamodb:GetItem', TABLE)).toBe(false);
  });

  test('takes wildcards in actions and resources', () => {
    const policy = statements(allow('dynamodb:*Get?tem', `${TABLE}/index/*`));
    expect(may(policy, 'dynamodb:BatchGetItem', `${TABLE}/index/by-user`)).toBe(true);
    expect(may(policy, 'dynamodb:BatchGetItem', TABLE)).toBe(false);
  });

  test('does not take the table for its index', () => {
    expect(may(statements(allow('dynamodb:Query', TABLE)), 'dynamodb:Query', `${TABLE}/index/by-user`)).toBe(false);
  });

  test('takes nothing for a pattern that only looks like one', () => {
    expect(
      may(statements(allow('sqs:SendMessage', 'arn:aws:sqs:eu.central')), 'sqs:SendMessage', 'arn:aws:sqs:euxcentral'),
    ).toBe(false);
  });

  test('lets an explicit denial win', () => {
    const policy = statements(allow('dynamodb:*', '*'), {
      Effect: 'Deny',
      Action: 'dynamodb:DeleteItem',
      Resource: TABLE,
    });
    expect(may(policy, 'dynamodb:DeleteItem', TABLE)).toBe(false);
    expect(may(policy, 'dynamodb:PutItem', TABLE)).toBe(true);
  });

  test('allows when one of the accepted resources is allowed, unless one is denied', () => {
    const resources = ['arn:aws:ses:::identity/a@example.com', 'arn:aws:ses:::identity/example.com'];
    const requirement = { action: 'ses:SendEmail', resources };
    const allowed = allow('ses:SendEmail', 'arn:aws:ses:::identity/example.com');
    expect(isAllowed(statements(allowed), requirement)).toBe(true);
    const denied = { Effect: 'Deny', Action: '*', Resource: 'arn:aws:ses:::identity/a@*' };
    expect(isAllowed(statements(allowed, denied), requirement)).toBe(false);
  });

  test('holds its conditions', () => {
    const policy = statements(
      allow('dynamodb:GetItem', TABLE, {
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'ORDER#*' } },
      }),
      allow('ses:SendEmail', '*', { Condition: { StringEquals: { 'ses:FromAddress': ['a@example.com'] } } }),
    );
    const keys = (...values: string[]) => ({ 'dynamodb:LeadingKeys': values });
    expect(may(policy, 'dynamodb:GetItem', TABLE, keys('ORDER#1', 'ORDER#2'))).toBe(true);
    expect(may(policy, 'dynamodb:GetItem', TABLE, keys('ORDER#1', 'CUSTOMER'))).toBe(false);
    expect(may(policy, 'ses:SendEmail', 'x', { 'ses:FromAddress': ['a@example.com'] })).toBe(true);
    expect(may(policy, 'ses:SendEmail', 'x', { 'ses:FromAddress': ['b@example.com'] })).toBe(false);
    expect(may(policy, 'ses:SendEmail', 'x')).toBe(false);
  });
});

describe('what the gate does not understand', () => {
  test('stops the stack: NotAction, NotResource', () => {
    expect(() => statements({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })).toThrow();
    expect(() => statements({ Effect: 'Allow', Action: '*', NotResource: TABLE })).toThrow();
  });
  test('stops the stack: condition operators and keys', () => {
    const withCondition = (Condition: object) => statements(allow('*', '*', { Condition }));
    expect(() =>
      refuseUnknownConditions('Role', withCondition({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })),
    ).toThrow(/IpAddress/);
    expect(() =>
      refuseUnknownConditions('Role', withCondition({ StringEquals: { 'aws:PrincipalTag/x': 'y' } })),
    ).toThrow(/PrincipalTag/);
  });
});
