import { describe, expect, test } from 'vitest';
import { SynthesizedStack } from './synthesized-stack.ts';

describe('the table', () => {
  const { template } = new SynthesizedStack();

  test('is one, on demand, with the keys of the contract', () => {
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 1);
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
  });

  test('projects into its indexes what their readers need, and no more', () => {
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'members-by-user',
          KeySchema: [
            { AttributeName: 'member_user', KeyType: 'HASH' },
            { AttributeName: 'pk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['role'] },
        },
        {
          IndexName: 'timeline',
          KeySchema: [
            { AttributeName: 'timeline', KeyType: 'HASH' },
            { AttributeName: 'id', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['type', 'product_id', 'name', 'function'] },
        },
        {
          IndexName: 'waiting',
          KeySchema: [
            { AttributeName: 'waiting_for', KeyType: 'HASH' },
            { AttributeName: 'due_at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['sweeps'] },
        },
        {
          IndexName: 'failed-deliveries',
          KeySchema: [
            { AttributeName: 'failed_in', KeyType: 'HASH' },
            { AttributeName: 'settled_at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['product_id', 'source'] },
        },
        ...[
          ['products-by-name', 'name_order'],
          ['products-by-change', 'change_order'],
          ['products-by-creation', 'id'],
        ].map(([IndexName, AttributeName]) => ({
          IndexName,
          KeySchema: [
            { AttributeName: 'listed_in', KeyType: 'HASH' },
            { AttributeName, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['searched_name', 'security_gate_passed'] },
        })),
      ],
    });
  });

  test('streams both images and forgets by expires_at', () => {
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
    });
  });

  test('survives mistakes: a deletion of the stack, of the table, of items', () => {
    template.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        Replicas: [
          { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
        ],
      },
    });
  });

  test('is encrypted with a key whose use is on record', () => {
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
  });
});

describe('a restored table', () => {
  const restoredTableStream =
    'arn:aws:dynamodb:eu-central-1:111122223333:table/restored/stream/2026-11-24T09:30:00.000';
  const stack = new SynthesizedStack({ restoredTableStream });

  test("takes the place of the stack's own", () => {
    stack.template.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
    const named = stack
      .functions()
      .map(({ properties }) => /"TABLE_NAME":"([^"]*)"/.exec(JSON.stringify(properties))?.[1]);
    expect([...new Set(named)].toSorted()).toEqual(['restored', undefined]);
  });

  test('is followed by its own stream', () => {
    const streams = stack
      .all('AWS::Lambda::EventSourceMapping')
      .map(({ properties }) => properties['EventSourceArn'])
      .filter((source) => typeof source === 'string');
    expect(streams).toEqual([restoredTableStream, restoredTableStream]);
  });
});
