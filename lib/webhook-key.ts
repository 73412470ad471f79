import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccountRootPrincipal, Grant, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ENV } from '../core/contract.ts';
import type { GatebellFunction } from './gatebell-function.ts';

/** AWS's list of actions for key administrators, without those that use the key. */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];

/**
 * Encrypts the data keys of webhooks. Only the functions that need it may use it: the account's administrators can manage it, but
 * not decrypt with it unless they change its policy, which CloudTrail logs. CloudFormation needs that to update the policy.
 */
export class WebhookKey extends Construct {
  readonly #key: Key;

  constructor(scope: Construct, id: string, { keepDataOnRemoval }: { keepDataOnRemoval: boolean }) {
    super(scope, id);
    const account = new PolicyStatement({
      sid: 'AccountManagesKey',
      principals: [new AccountRootPrincipal()],
      actions: ADMINISTRATION,
      resources: ['*'],
    });
    this.#key = new Key(this, 'Key', {
      description: `Encrypts the data keys of the webhooks of ${Aws.STACK_NAME}`,
      enableKeyRotation: true,
      policy: new PolicyDocument({ statements: [account] }),
      // Like the table: its webhooks can't be decrypted without the key.
      removalPolicy: keepDataOnRemoval ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(30),
    });
  }

  /** For functions that send to webhooks or show them. */
  grantDecrypt(grantee: GatebellFunction): void {
    this.#allow(grantee, 'kms:Decrypt');
  }

  /** For functions that store webhooks and show them. */
  grantEncrypt(grantee: GatebellFunction): void {
    this.#allow(grantee, 'kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext');
  }

  /**
   * Passes the key's ARN to a function, and grants in both policies: the key's lets roles of the account, by their ARNs, use it as far
   * as their own policies say. It doesn't have the roles as principals, because a principal must be visible to KMS, and a new role
   * may not be for some time: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html#KMS-CreateKey-request-Policy.
   */
  #allow(grantee: GatebellFunction, ...actions: string[]): void {
    grantee.addEnvironment(ENV.webhookKeyArn, this.#key.keyArn);
    Grant.addToPrincipal({ grantee, actions, resourceArns: [this.#key.keyArn] });
    this.#key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AccountRootPrincipal()],
        conditions: { ArnEquals: { 'aws:PrincipalArn': grantee.roleArn } },
        actions,
        resources: ['*'],
      }),
    );
  }
}
