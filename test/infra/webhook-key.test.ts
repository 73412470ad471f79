import { expect, test } from 'vitest';
import { z } from 'zod';
import { SynthesizedStack } from './synthesized-stack.ts';

const oneOrMore = z.union([z.array(z.json()), z.json().transform((only) => [only])]);
const schema = z.object({
  EnableKeyRotation: z.boolean(),
  PendingWindowInDays: z.int(),
  KeyPolicy: z.object({
    Statement: z.array(
      z.strictObject({
        Sid: z.string().optional(),
        Effect: z.literal('Allow'),
        Action: oneOrMore,
        Principal: z.strictObject({ AWS: oneOrMore }),
        Resource: z.literal('*'),
        Condition: z
          .strictObject({ ArnEquals: z.strictObject({ 'aws:PrincipalArn': oneOrMore }) })
          .transform(({ ArnEquals }) => ArnEquals['aws:PrincipalArn'])
          .optional(),
      }),
    ),
  }),
});

const synthesized = new SynthesizedStack();
const key = schema.parse(synthesized.one('AWS::KMS::Key', 'WebhookKey/Key').properties);

/** Who may do what by the policy of the key itself: principals, or the roles of the account that a condition names. */
const allowed = key.KeyPolicy.Statement.flatMap(({ Action, Principal, Condition }) =>
  (Condition ?? Principal.AWS).flatMap((principal) =>
    Action.map((action) => [synthesized.text(action), synthesized.text(principal)] as const),
  ),
);
const mayDo = (action: string) => allowed.filter(([name]) => name === action).map(([, principal]) => principal);

test('webhook URLs are decrypted by the functions that send to them or show them, and by no other', () => {
  expect(mayDo('kms:Decrypt').toSorted()).toEqual([
    'Api/ProductsRole.Arn',
    'Api/SettingsRole.Arn',
    'Api/TestNotificationsRole.Arn',
    'Delivery/DispatcherRole.Arn',
  ]);
});

test('webhook URLs are encrypted by the functions that receive them', () => {
  expect(mayDo('kms:GenerateDataKeyWithoutPlaintext').toSorted()).toEqual([
    'Api/ProductsRole.Arn',
    'Api/SettingsRole.Arn',
  ]);
});

test('the policy has no role as a principal, which KMS refuses while a new role is not visible to it', () => {
  const principals = key.KeyPolicy.Statement.flatMap(({ Principal }) =>
    Principal.AWS.map((one) => synthesized.text(one)),
  );
  expect(
    principals.filter((principal) => !/^arn:<AWS::Partition>:iam::<AWS::AccountId>:root$/.test(principal)),
  ).toEqual([]);
});

test('the account keeps the key and does not use it', () => {
  const ofAccount = allowed.filter(([, principal]) => principal.endsWith(':root')).map(([action]) => action);
  expect(ofAccount).toContain('kms:PutKeyPolicy');
  const uses = /^kms:(\*|.*Encrypt.*|.*Decrypt.*|GenerateDataKey.*|CreateGrant|Sign|Verify.*)$/;
  expect(ofAccount.filter((action) => uses.test(action))).toEqual([]);
});

test('the key is renewed every year, and its deletion can be called back for a month', () => {
  expect(key).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 30 });
});
