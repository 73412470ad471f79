import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SynthesizedStack } from './synthesized-stack.ts';

const schema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      DeletionPolicy: z.string().default('Delete'),
      UpdateReplacePolicy: z.string().default('Delete'),
      Properties: z.looseObject({}).default({}),
    }),
  ),
});

/** The types of what holds data, or what data can't be read or people can't sign in without. */
const HOLDS_DATA = ['AWS::DynamoDB::GlobalTable', 'AWS::Cognito::UserPool'];

/** What of the retained resources costs or has data, which people find by its tags. */
const TAGGED = ['AWS::KMS::Key', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket', 'AWS::SES::EmailIdentity', ...HOLDS_DATA];

/** Of the key that webhooks are sealed under: removed, it leaves thirty days to call it back. */
const WEBHOOK_KEY = /^WebhookKey/;

const stack = (keepDataOnRemoval: boolean) => {
  const login = { kind: 'cognito' as const, administratorsGroup: 'administrators', machines: {} };
  const sender = { domain: 'example.org' };
  return schema.parse(new SynthesizedStack({ login, sender, keepDataOnRemoval }).template.toJSON()).Resources;
};

const holders = (keepDataOnRemoval: boolean) =>
  Object.values(stack(keepDataOnRemoval)).filter(({ Type }) => HOLDS_DATA.includes(Type));

describe('removing the stack', () => {
  it('keeps table and users, and so does an update that would replace them', () => {
    expect(
      holders(true)
        .map(({ Type }) => Type)
        .toSorted(),
    ).toEqual(HOLDS_DATA.toSorted());
    for (const holder of holders(true)) {
      expect(holder).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  it('keeps the key with the table, and takes it with it', () => {
    const policyOf = (keepDataOnRemoval: boolean) =>
      Object.entries(stack(keepDataOnRemoval)).flatMap(([id, { Type, DeletionPolicy }]) =>
        Type === 'AWS::KMS::Key' && WEBHOOK_KEY.test(id) ? [DeletionPolicy] : [],
      );
    expect(policyOf(true)).toEqual(['RetainExceptOnCreate']);
    expect(policyOf(false)).toEqual(['Delete']);
  });

  it('is refused by resources that hold data, for every caller', () => {
    const protection = holders(true).map(({ Properties }) => JSON.stringify(Properties));
    for (const properties of protection) {
      expect(properties).toMatch(/"DeletionProtection":"ACTIVE"|"DeletionProtectionEnabled":true/);
    }
  });

  it('leaves the identity of SES, from which other applications may send by now', () => {
    const identity = (keepDataOnRemoval: boolean) =>
      Object.values(stack(keepDataOnRemoval)).find(({ Type }) => Type === 'AWS::SES::EmailIdentity');
    const stays = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
    expect(identity(true)).toMatchObject(stays);
    expect(identity(false)).toMatchObject({ DeletionPolicy: 'Delete' });
  });

  it('leaves nothing that the tags of the stage do not find', () => {
    const retained = Object.values(stack(true)).filter(({ DeletionPolicy }) => DeletionPolicy !== 'Delete');
    expect([...new Set(retained.map(({ Type }) => Type))].toSorted()).toEqual(TAGGED.toSorted());
    for (const { Type, Properties } of retained) {
      expect(`${Type} ${JSON.stringify(Properties)}`).toMatch(/"app",?"?(?:Value)?"?:"gatebell"/);
    }
  });

  it('takes all of it where the configuration says so', () => {
    expect(holders(false)).toHaveLength(HOLDS_DATA.length);
    for (const holder of Object.values(stack(false))) expect(holder.DeletionPolicy).toBe('Delete');
    for (const { Properties } of holders(false)) {
      expect(JSON.stringify(Properties)).not.toMatch(/"DeletionProtection":"ACTIVE"|"DeletionProtectionEnabled":true/);
    }
  });
});

describe('a failed first deployment', () => {
  it('leaves neither the key nor logs, which would cost', () => {
    const policies = Object.values(stack(true))
      .filter(({ Type }) => ['AWS::KMS::Key', 'AWS::Logs::LogGroup'].includes(Type))
      .map(({ DeletionPolicy }) => DeletionPolicy);
    expect(new Set(policies)).toEqual(new Set(['RetainExceptOnCreate', 'Delete']));
  });

  it('leaves nothing whose name the next one needs', () => {
    const named = Object.entries(stack(true)).flatMap(([id, { Type, DeletionPolicy, Properties }]) => {
      const name = Properties[NAME_OF[Type] ?? ''];
      return DeletionPolicy === 'Delete' || name === undefined ? [] : [{ id, name: JSON.stringify(name) }];
    });
    expect(named.filter(({ name }) => !name.includes('AWS::StackId'))).toEqual([]);
  });
});

/** The property by which a resource of a type that may stay is named. */
const NAME_OF: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Cognito::UserPool': 'UserPoolName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
};

describe('the same stage in a second region', () => {
  it('has other names of what is global to the account', () => {
    const properties = stack(true);
    const names = Object.values(properties).flatMap(({ Type, Properties }) => {
      const [outer, inner] = GLOBAL_NAME[Type] ?? [];
      if (outer === undefined) return [];
      const config = inner === undefined ? Properties : z.looseObject({}).parse(Properties[outer]);
      return [JSON.stringify(config[inner ?? outer])];
    });
    expect(names).toHaveLength(5);
    expect(names.filter((name) => !name.includes('AWS::Region'))).toEqual([]);
  });
});

/** Where the names are of what CloudFront and CloudWatch have once in an account. */
const GLOBAL_NAME: Readonly<Record<string, readonly [string, string?]>> = {
  'AWS::CloudFront::CachePolicy': ['CachePolicyConfig', 'Name'],
  'AWS::CloudFront::Function': ['Name'],
  'AWS::CloudFront::OriginAccessControl': ['OriginAccessControlConfig', 'Name'],
  'AWS::CloudFront::ResponseHeadersPolicy': ['ResponseHeadersPolicyConfig', 'Name'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
};
