import { describe, expect, test } from 'vitest';
import { holds, resolve, type Scope } from '../src/template/intrinsics.ts';
import { readQueues } from '../src/template/read-queues.ts';
import { readPermissions } from '../src/template/read-roles.ts';
import { constructName, resolveStack } from '../src/template/resolved-stack.ts';
import { templateSchema } from '../src/template/template.ts';

const scope: Scope = {
  ref: (name) => {
    if (name !== 'Table') throw new Error(`no ${name}`);
    return 'items';
  },
  attribute: (id, name) => `${id}/${name}`,
  condition: (name) =>
    name === 'IsLocal' ? { 'Fn::Equals': [{ Ref: 'Table' }, 'items'] } : { 'Fn::Not': [{ Condition: 'IsLocal' }] },
};

describe('intrinsics', () => {
  test.each([
    [{ Ref: 'Table' }, 'items'],
    [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table/Arn'],
    [{ 'Fn::GetAtt': 'Table.Stream.Arn' }, 'Table/Stream.Arn'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Table' }, 1]] }, 'a-items-1'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes it so
    [{ 'Fn::Sub': '${Table}:${Table.Arn}:${!Literal}' }, 'items:Table/Arn:${Literal}'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes it so
    [{ 'Fn::Sub': ['${x}/${Table}', { x: { Ref: 'Table' } }] }, 'items/items'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [{ 'Fn::If': ['IsLocal', 'yes', { Ref: 'Absent' }] }, 'yes'],
    [{ 'Fn::If': ['IsRemote', 'yes', 'no'] }, 'no'],
    [{ a: [{ Ref: 'AWS::NoValue' }, 1], b: { Ref: 'AWS::NoValue' } }, { a: [1] }],
    [{ Condition: { StringEquals: { key: 'value' } } }, { Condition: { StringEquals: { key: 'value' } } }],
  ])('%j', (value, expected) => {
    expect(resolve(value, scope)).toEqual(expected);
  });

  test('conditions combine', () => {
    expect(
      holds(
        { 'Fn::And': [{ Condition: 'IsLocal' }, { 'Fn::Or': [{ Condition: 'IsRemote' }, { Condition: 'IsLocal' }] }] },
        scope,
      ),
    ).toBe(true);
  });

  test('what is unknown throws', () => {
    expect(() => resolve({ 'Fn::ImportValue': 'x' }, scope)).toThrow(/Fn::ImportValue/);
    expect(() => resolve({ Ref: 'Absent' }, scope)).toThrow(/Absent/);
    expect(() => resolve({ 'Fn::Select': [9, ['a']] }, scope)).toThrow(/Fn::Select/);
  });
});

const resolved = (Resources: Record<string, object>, more = {}) =>
  resolveStack(templateSchema.parse({ Resources, ...more }), { stackName: 'stack', sqsOrigin: 'http://127.0.0.1:9' });

describe('a stack', () => {
  test('refuses a resource type that it does not know, with the logical id', () => {
    expect(() => resolved({ Search: { Type: 'AWS::OpenSearchService::Domain' } })).toThrow(
      /Search.*AWS::OpenSearchService::Domain/,
    );
  });

  test('refuses an attribute that it does not know', () => {
    const Properties = { QueueName: { 'Fn::GetAtt': ['Other', 'Size'] } };
    expect(() =>
      resolved({ Queue: { Type: 'AWS::SQS::Queue', Properties }, Other: { Type: 'AWS::SQS::Queue' } }),
    ).toThrow(/Other.*Size/);
  });

  test('refuses a property that would not be carried over, with the logical id', () => {
    const stack = resolved({ Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } });
    expect(() => readQueues(stack)).toThrow(/Queue.*FifoQueue/);
  });

  test('leaves out what its condition excludes', () => {
    const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
    expect(resolved({ Queue: { Type: 'AWS::SQS::Queue', Condition: 'Never' } }, { Conditions }).resources).toEqual([]);
  });

  test('makes dead-letter queues first', () => {
    const redrive = (to: string) => ({
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [to, 'Arn'] }, maxReceiveCount: 3 },
    });
    const queues = readQueues(
      resolved({
        A: { Type: 'AWS::SQS::Queue', Properties: redrive('B') },
        B: { Type: 'AWS::SQS::Queue', Properties: redrive('C') },
        C: { Type: 'AWS::SQS::Queue' },
      }),
    );
    expect(queues.map(({ logicalId, isDeadLetterQueue }) => [logicalId, isDeadLetterQueue])).toEqual([
      ['C', true],
      ['B', true],
      ['A', false],
    ]);
    expect(queues[0]?.url).toBe('http://127.0.0.1:9/000000000000/stack-C');
  });

  test('names a function by its construct', () => {
    expect(constructName({ path: 'stack/Triggers/GateTrigger/Resource', logicalId: 'X' })).toBe('gate-trigger');
    expect(constructName({ path: 'stack/orders/Resource', logicalId: 'X' })).toBe('orders');
  });
});

describe('a permission', () => {
  const mayInvoke = readPermissions(
    resolved({
      F: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: 'arn:f',
          Principal: 'sns.amazonaws.com',
          SourceArn: 'arn:topic/*',
        },
      },
    }),
  );
  test('counts for its principal, function and source', () => {
    const call = { principal: 'sns.amazonaws.com', functionArn: 'arn:f', sourceArn: 'arn:topic/a' };
    expect(mayInvoke(call)).toBe(true);
    expect(mayInvoke({ ...call, principal: 'events.amazonaws.com' })).toBe(false);
    expect(mayInvoke({ ...call, functionArn: 'arn:g' })).toBe(false);
    expect(mayInvoke({ ...call, sourceArn: 'arn:other' })).toBe(false);
  });
});
