import { expect, test } from 'vitest';
import { z } from 'zod';
import { SynthesizedStack } from './synthesized-stack.ts';

const TABLE = 'Table/Table.Arn';
const MEMBERS_BY_USER = `${TABLE}/index/members-by-user`;
const NOTIFICATIONS_BY_PRODUCT = `${TABLE}/index/notifications-by-product`;
const STREAM = 'Table/Table.StreamArn';
const JOBS = 'Background/Queue/Messages.Arn';
const DELIVERIES = 'Delivery/Queue/Messages.Arn';
const DEAD_DELIVERIES = 'Delivery/Queue/DeadLetters.Arn';
const STREAM_FAILURES = 'Triggers/Failures.Arn';
const ANY_SENDER = 'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*';

const LOG = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const POLL = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
const READ_STREAM = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
];

/** All that each role may do, resource by resource; actions in alphabetical order. */
const GRANTS: Record<string, Record<string, string[]>> = {
  'Api/Products': {
    [TABLE]: [
      'dynamodb:BatchGetItem',
      'dynamodb:ConditionCheckItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ],
    [MEMBERS_BY_USER]: ['dynamodb:Query'],
  },
  'Api/Settings': {
    [TABLE]: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  },
  'Triggers/GateTrigger': {
    [TABLE]: [
      'dynamodb:BatchGetItem',
      'dynamodb:ConditionCheckItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ],
    [STREAM]: READ_STREAM,
    [STREAM_FAILURES]: ['sqs:SendMessage'],
    [JOBS]: ['sqs:SendMessage'],
  },
  'Triggers/FanOut': {
    [TABLE]: [
      'dynamodb:BatchGetItem',
      'dynamodb:ConditionCheckItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ],
    [STREAM]: READ_STREAM,
    [STREAM_FAILURES]: ['sqs:SendMessage'],
    [DELIVERIES]: ['sqs:SendMessage'],
  },
  'Delivery/Dispatcher': {
    [TABLE]: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
    [DELIVERIES]: ['sqs:ChangeMessageVisibility', ...POLL, 'sqs:SendMessage'],
    [DEAD_DELIVERIES]: ['sqs:SendMessage'],
    [ANY_SENDER]: ['ses:SendEmail'],
  },
  'Background/Background': {
    [TABLE]: [
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ],
    [MEMBERS_BY_USER]: ['dynamodb:Query'],
    [NOTIFICATIONS_BY_PRODUCT]: ['dynamodb:Query'],
    [JOBS]: [...POLL, 'sqs:SendMessage'],
  },
};

/** IAM writes a list of one as its only member. */
const oneOrMore = z.union([z.array(z.json()), z.json().transform((only) => [only])]);

const policySchema = z.object({
  PolicyDocument: z.object({
    Statement: z.array(z.strictObject({ Effect: z.literal('Allow'), Action: oneOrMore, Resource: oneOrMore })),
  }),
  Roles: z.array(z.json()).length(1),
});

const house = new SynthesizedStack();

/** Role → resource → actions, of all policies of the stack. */
const granted: Record<string, Record<string, string[]>> = {};
for (const { properties } of house.all('AWS::IAM::Policy')) {
  const { PolicyDocument, Roles } = policySchema.parse(properties);
  const role = house.text(Roles[0]);
  granted[role] ??= {};
  for (const { Action, Resource } of PolicyDocument.Statement) {
    for (const resource of Resource.map((value) => house.text(value))) {
      const actions = [...(granted[role][resource] ?? []), ...Action.map((value) => house.text(value))];
      granted[role][resource] = actions.toSorted();
    }
  }
}

test('every role is that of a function', () => {
  const roles = house.all('AWS::IAM::Role').map(({ name }) => name);
  expect(roles.toSorted()).toEqual(
    Object.keys(GRANTS)
      .map((name) => `${name}Role`)
      .toSorted(),
  );
  expect(house.all('AWS::IAM::ManagedPolicy')).toEqual([]);
});

test.each(Object.entries(GRANTS))('%s may do exactly this', (name, grants) => {
  expect(granted[`${name}Role`]).toEqual({ ...grants, [`${name}Logs.Arn`]: LOG });
});

test('no action is a wildcard', () => {
  const actions = Object.values(granted).flatMap((resources) => Object.values(resources).flat());
  expect(actions.filter((action) => action.includes('*'))).toEqual([]);
});
