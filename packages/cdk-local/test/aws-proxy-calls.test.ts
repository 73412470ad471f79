/** Which permissions a call needs, read from its wire form. */
import { describe, expect, test } from 'vitest';
import { dynamoDbCall } from '../src/aws-proxy/dynamodb-call.ts';
import { createFaults, meansCall } from '../src/aws-proxy/faults.ts';
import { itemsRead } from '../src/aws-proxy/items-read.ts';
import { eventsCall, kmsCall, sesCall, sqsCall } from '../src/aws-proxy/other-calls.ts';

const account = { region: 'eu-central-1', accountId: '000000000000' };
const TABLE = 'arn:aws:dynamodb:eu-central-1:000000000000:table/items';

const dynamodb = (operation: string, body: object) =>
  dynamoDbCall(
    { method: 'POST', path: '/', target: `DynamoDB_20120810.${operation}`, body: Buffer.from(JSON.stringify(body)) },
    account,
    (_table, index) => (index === undefined ? 'pk' : 'user'),
  );
const needs = (call: { requirements: readonly { action: string; resources: readonly string[] }[] }) =>
  call.requirements.map(({ action, resources }) => `${action} ${resources.join(' | ')}`);

describe('DynamoDB', () => {
  test('single calls need their action on the table', () => {
    const call = dynamodb('GetItem', { TableName: 'items', Key: { pk: { S: 'a' } } });
    expect(needs(call)).toEqual([`dynamodb:GetItem ${TABLE}`]);
    expect(call.requirements[0]?.context).toEqual({ 'dynamodb:LeadingKeys': ['a'] });
  });

  test('a query of an index needs the index, and only that', () => {
    const call = dynamodb('Query', {
      TableName: 'items',
      IndexName: 'by-user',
      KeyConditionExpression: '#u = :u AND begins_with(pk, :p)',
      ExpressionAttributeNames: { '#u': 'user' },
      ExpressionAttributeValues: { ':u': { S: 'user-1' }, ':p': { S: 'P' } },
    });
    expect(needs(call)).toEqual([`dynamodb:Query ${TABLE}/index/by-user`]);
    expect(call.requirements[0]?.context).toEqual({ 'dynamodb:LeadingKeys': ['user-1'] });
  });

  test('a transaction needs the action of each of its parts', () => {
    const on = { TableName: 'items', Key: { pk: { S: 'a' } } };
    const call = dynamodb('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: 'items', Item: { pk: { S: 'b' } } } },
        { Update: on },
        { Delete: on },
        { ConditionCheck: on },
      ],
    });
    expect(needs(call)).toEqual(
      ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map((action) => `dynamodb:${action} ${TABLE}`),
    );
    expect(call.itemsWritten).toBe(3);
    expect(needs(dynamodb('TransactGetItems', { TransactItems: [{ Get: on }] }))).toEqual([
      `dynamodb:GetItem ${TABLE}`,
    ]);
  });

  test('batches need their action on each table', () => {
    const call = dynamodb('BatchWriteItem', { RequestItems: { items: [{}, {}], [`${TABLE}2`]: [{}] } });
    expect(needs(call)).toEqual([`dynamodb:BatchWriteItem ${TABLE}`, `dynamodb:BatchWriteItem ${TABLE}2`]);
    expect(call.itemsWritten).toBe(3);
  });

  test('PartiQL needs the action of its verb', () => {
    expect(
      needs(dynamodb('ExecuteStatement', { Statement: 'SELECT * FROM "items"."by-user" WHERE user = ?' })),
    ).toEqual([`dynamodb:PartiQLSelect ${TABLE}/index/by-user`]);
    expect(
      needs(dynamodb('BatchExecuteStatement', { Statements: [{ Statement: "DELETE FROM items WHERE pk = 'a'" }] })),
    ).toEqual([`dynamodb:PartiQLDelete ${TABLE}`]);
  });

  test('items read are counted from the answer', () => {
    const body = (value: object) => Buffer.from(JSON.stringify(value));
    expect(itemsRead('GetItem', body({ Item: {} }))).toBe(1);
    expect(itemsRead('GetItem', body({}))).toBe(0);
    expect(itemsRead('Query', body({ Count: 2, Items: [{ text: { S: '"ScannedCount":99' } }], ScannedCount: 5 }))).toBe(
      5,
    );
    expect(itemsRead('BatchGetItem', body({ Responses: { a: [{}, {}], b: [{}] } }))).toBe(3);
  });
});

describe('SQS', () => {
  const sqs = (operation: string, body: object) =>
    sqsCall(
      { method: 'POST', path: '/', target: `AmazonSQS.${operation}`, body: Buffer.from(JSON.stringify(body)) },
      account,
    );
  test('a batch needs what the single call does', () => {
    const url = { QueueUrl: 'http://127.0.0.1:1/000000000000/jobs' };
    expect(needs(sqs('SendMessageBatch', url))).toEqual(['sqs:SendMessage arn:aws:sqs:eu-central-1:000000000000:jobs']);
    expect(needs(sqs('ChangeMessageVisibilityBatch', url))).toEqual([
      'sqs:ChangeMessageVisibility arn:aws:sqs:eu-central-1:000000000000:jobs',
    ]);
  });
});

describe('SES', () => {
  const form = (fields: Record<string, string>) =>
    sesCall(
      { method: 'POST', path: '/', target: undefined, body: Buffer.from(new URLSearchParams(fields).toString()) },
      account,
    );
  const identity = 'arn:aws:ses:eu-central-1:000000000000:identity';
  const set = 'arn:aws:ses:eu-central-1:000000000000:configuration-set';
  test("sending needs the address or its domain, and the identity's default configuration set", () => {
    expect(needs(form({ Action: 'SendEmail', Source: '"AwsProxy, bell" <gate@example.com>' }))).toEqual([
      `ses:SendEmail ${identity}/gate@example.com | ${identity}/example.com`,
      `ses:SendEmail ${set}/default-of-the-identity`,
    ]);
  });
  test('a raw message names its sender itself', () => {
    const data = Buffer.from('Subject: x\r\nFrom: gate@example.com\r\n\r\ntext').toString('base64');
    expect(needs(form({ Action: 'SendRawEmail', 'RawMessage.Data': data }))[0]).toBe(
      `ses:SendRawEmail ${identity}/gate@example.com | ${identity}/example.com`,
    );
  });
  test('a configuration set that the call names takes the place of the default', () => {
    const needed = needs(form({ Action: 'SendEmail', Source: 'a@b.example', ConfigurationSetName: 'mail' }));
    expect(needed[1]).toBe(`ses:SendEmail ${set}/mail`);
    expect(needed).toHaveLength(2);
  });
});

test('events need a permission on each bus', () => {
  const Entries = [{ EventBusName: 'one' }, { EventBusName: 'two' }, { EventBusName: 'one' }, {}];
  const body = Buffer.from(JSON.stringify({ Entries }));
  const call = eventsCall({ method: 'POST', path: '/', target: 'AWSEvents.PutEvents', body }, account);
  expect(needs(call)).toEqual(
    ['one', 'two', 'default'].map(
      (bus) => `events:PutEvents arn:aws:events:eu-central-1:000000000000:event-bus/${bus}`,
    ),
  );
});

describe('faults', () => {
  const call = dynamodb('TransactWriteItems', { TransactItems: [{ Put: { TableName: 'items', Item: {} } }] });
  test('name calls by operation or by permission', () => {
    for (const pattern of [
      'TransactWriteItems',
      'dynamodb:TransactWriteItems',
      'dynamodb:PutItem',
      'PutItem',
      'dynamodb:*',
      '*',
    ]) {
      expect(meansCall(pattern, call), pattern).toBe(true);
    }
    for (const pattern of ['DeleteItem', 'sqs:*', 'sqs:PutItem']) expect(meansCall(pattern, call), pattern).toBe(false);
  });
  test('meet the nth call of the function, and as many as they say', () => {
    const faults = createFaults();
    faults.set([{ function: 'orders', nth: 2, when: 'before', do: 'kill', times: 2 }]);
    const met = Array.from({ length: 5 }, () => faults.due('orders', call) !== undefined);
    expect(met).toEqual([false, true, true, false, false]);
    expect(faults.due('customers', call)).toBeUndefined();
  });
});

describe('KMS', () => {
  const kms = (body: object) =>
    kmsCall({ method: 'POST', path: '/', target: 'TrentService.Decrypt', body: Buffer.from(JSON.stringify(body)) });

  test('a call needs its action on the key that it names', () => {
    const KeyId = 'arn:aws:kms:eu-central-1:000000000000:key/one';
    expect(needs(kms({ KeyId }))).toEqual([`kms:Decrypt ${KeyId}`]);
  });

  test('a call that names no key by its ARN is not understood', () => {
    for (const body of [{}, { KeyId: 'alias/one' }]) expect(() => kms(body)).toThrow();
  });
});
