import { expect, test } from 'vitest';
import { z } from 'zod';
import { SynthesizedStack } from './synthesized-stack.ts';

const TABLE = 'Table/Table.Arn';
const MEMBERS_BY_USER = `${TABLE}/index/members-by-user`;
const LISTS = ['name', 'change', 'creation'].map((order) => `${TABLE}/index/products-by-${order}`);
const WAITING = `${TABLE}/index/waiting`;
const FAILED_DELIVERIES = `${TABLE}/index/failed-deliveries`;
const TIMELINE = `${TABLE}/index/timeline`;
const STREAM = 'Table/Table.StreamArn';
const JOBS = 'Background/Queue/Messages.Arn';
const DELIVERIES = 'DeliveryQueue/Messages.Arn';
const DEAD_DELIVERIES = 'DeliveryQueue/DeadLetters.Arn';
const GATE_TRIGGER_FAILURES = 'Triggers/GateTriggerFailures/Messages.Arn';
const FAN_OUT_FAILURES = 'Triggers/FanOutFailures/Messages.Arn';
const MAIL_FAILURES = 'MailFeedback/Failures.Arn';
const ALARM_FAILURES = 'AlarmTopic/Failures.Arn';
const WEBHOOK_KEY = 'WebhookKey/Key.Arn';
const ANY_SENDER = 'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*';
const BUS = 'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/security-events';

const OUR_MAIL =
  'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:configuration-set/MailFeedback/ConfigurationSet';

const LOG = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const POLL = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
const READ_STREAM = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
];

/** What recording an exception takes, with other actions on the table. */
const capture = (...more: string[]): string[] =>
  [...['BatchGetItem', 'PutItem', 'UpdateItem', ...more].map((action) => `dynamodb:${action}`)].toSorted();

const SEND = ['sqs:SendMessage'];
const OPEN = ['kms:Decrypt'];
const SEAL_AND_OPEN = ['kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext'];
const QUERY = ['dynamodb:Query'];

/** All that each role may do, resource by resource, beside writing its log; actions in alphabetical order. */
const GRANTS: Record<string, Record<string, string[]>> = {
  'Api/Products': {
    [TABLE]: capture('ConditionCheckItem', 'DeleteItem', 'GetItem', 'Query'),
    [MEMBERS_BY_USER]: QUERY,
    ...Object.fromEntries(LISTS.map((list) => [list, QUERY])),
    [DELIVERIES]: SEND,
    [WEBHOOK_KEY]: SEAL_AND_OPEN,
  },
  'Api/Settings': {
    [TABLE]: capture('DeleteItem', 'GetItem', 'Query'),
    [DELIVERIES]: SEND,
    [WEBHOOK_KEY]: SEAL_AND_OPEN,
  },
  'Api/Notifications': {
    [TABLE]: capture('ConditionCheckItem', 'DeleteItem', 'GetItem', 'Query'),
    [MEMBERS_BY_USER]: QUERY,
    [TIMELINE]: QUERY,
    [WAITING]: QUERY,
    [FAILED_DELIVERIES]: QUERY,
    [DELIVERIES]: SEND,
  },
  'Api/TestNotifications': {
    [TABLE]: capture('GetItem'),
    [DELIVERIES]: SEND,
    [ANY_SENDER]: ['ses:SendRawEmail'],
    [OUR_MAIL]: ['ses:SendRawEmail'],
    [BUS]: ['events:PutEvents'],
    [WEBHOOK_KEY]: OPEN,
  },
  'Api/Exceptions': { [TABLE]: capture('ConditionCheckItem'), [DELIVERIES]: SEND },
  'Api/Openapi': {},
  'AlarmTopic/Alarms': { [TABLE]: capture(), [DELIVERIES]: SEND, [ALARM_FAILURES]: SEND },
  'Triggers/GateTrigger': {
    [TABLE]: capture('ConditionCheckItem', 'GetItem'),
    [STREAM]: READ_STREAM,
    [GATE_TRIGGER_FAILURES]: [...POLL, 'sqs:SendMessage'],
    [JOBS]: SEND,
    [DELIVERIES]: SEND,
  },
  'Triggers/FanOut': {
    [TABLE]: capture('Query'),
    [STREAM]: READ_STREAM,
    [FAN_OUT_FAILURES]: [...POLL, 'sqs:SendMessage'],
    [DELIVERIES]: SEND,
  },
  'Delivery/Dispatcher': {
    [TABLE]: capture('ConditionCheckItem', 'GetItem'),
    [WAITING]: QUERY,
    [DELIVERIES]: [...POLL, 'sqs:SendMessage'],
    [DEAD_DELIVERIES]: SEND,
    [ANY_SENDER]: ['ses:SendRawEmail'],
    [OUR_MAIL]: ['ses:SendRawEmail'],
    [BUS]: ['events:PutEvents'],
    [WEBHOOK_KEY]: OPEN,
  },
  'MailFeedback/MailFeedback': {
    [TABLE]: capture('ConditionCheckItem', 'DeleteItem', 'GetItem'),
    [DELIVERIES]: SEND,
    [DEAD_DELIVERIES]: SEND,
    [MAIL_FAILURES]: SEND,
  },
  'Sweeper/Sweeper': { [TABLE]: capture('BatchWriteItem', 'Query'), [WAITING]: ['dynamodb:Scan'], [DELIVERIES]: SEND },
  'Background/Background': {
    [TABLE]: capture('BatchWriteItem', 'DeleteItem', 'GetItem', 'Query'),
    [TIMELINE]: QUERY,
    [WAITING]: QUERY,
    [JOBS]: [...POLL, 'sqs:SendMessage'],
    [DELIVERIES]: SEND,
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

const synthesized = new SynthesizedStack();

/** Role → resource → actions, of all policies of the stack. */
const granted: Record<string, Record<string, string[]>> = {};
for (const { properties } of synthesized.all('AWS::IAM::Policy')) {
  const { PolicyDocument, Roles } = policySchema.parse(properties);
  const role = synthesized.text(Roles[0]);
  granted[role] ??= {};
  for (const { Action, Resource } of PolicyDocument.Statement) {
    for (const resource of Resource.map((value) => synthesized.text(value))) {
      const actions = [...(granted[role][resource] ?? []), ...Action.map((value) => synthesized.text(value))];
      granted[role][resource] = actions.toSorted();
    }
  }
}

/**
 * Of CDK's own function that deploys the page's files. CDK decides what it may do, with wildcards, to the page's bucket and
 * the account's bucket of assets; it runs while the stack is deployed and at no other time.
 */
const DEPLOYER = 'Web/DeploymentRole';
/** Of CDK's function that has the origin secret made, while the stack is deployed. */
const SECRET_MAKER = 'OriginSecret/Role';
const { [DEPLOYER]: deployer, [SECRET_MAKER]: secretMaker, ...ofHouse } = granted;

test('every role is that of a function', () => {
  const roles = synthesized.all('AWS::IAM::Role').map(({ name }) => name);
  const expected = [DEPLOYER, SECRET_MAKER, ...Object.keys(GRANTS).map((name) => `${name}Role`)];
  expect(roles.toSorted()).toEqual(expected.toSorted());
  expect(synthesized.all('AWS::IAM::ManagedPolicy')).toEqual([]);
});

test.each(Object.entries(GRANTS))('%s may do exactly this', (name, grants) => {
  expect(granted[`${name}Role`]).toEqual({ ...grants, [`${name}Logs.Arn`]: LOG });
});

test('what deploys the page reaches its files, the assets and its log, and nothing else', () => {
  const assets = /^arn:<AWS::Partition>:s3:::cdk-[a-z0-9]+-assets-/;
  const reached = Object.keys(deployer ?? {}).filter((resource) => !assets.test(resource));
  expect(reached.toSorted()).toEqual(['Web/DeploymentLogs.Arn', 'Web/Files.Arn', 'Web/Files.Arn/*']);
});

test('what makes the origin secret reaches its log, and reads nothing', () => {
  expect(secretMaker).toEqual({ 'OriginSecret/Logs.Arn': LOG });
  expect(synthesized.one('AWS::IAM::Role', SECRET_MAKER).properties['Policies']).toMatchObject([
    { PolicyDocument: { Statement: [{ Action: 'secretsmanager:GetRandomPassword', Effect: 'Allow', Resource: '*' }] } },
  ]);
});

test('no action is a wildcard', () => {
  const actions = Object.values(ofHouse).flatMap((resources) => Object.values(resources).flat());
  expect(actions.filter((action) => action.includes('*'))).toEqual([]);
});
