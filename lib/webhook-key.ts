import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccountRootPrincipal, Grant, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ENV } from '../core/contract.ts';
import type { GatebellFunction } from './gatebell-function.ts';

/** What keeps a key, and never what uses it. AWS's own list of the actions of a key administrator. */
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
 * The key that wraps the data keys which webhooks are sealed with. Its policy names who uses it: the account's administrators
 * keep it and can not decrypt with it, unless they change the policy first, which CloudTrail tells of. CloudFormation
 * could not change a policy that did not leave them that.
 */
export class WebhookKey extends Construct {
  readonly #key: Key;

  constructor(scope: Construct, id: string, { keepDataOnRemoval }: { keepDataOnRemoval: boolean }) {
    super(scope, id);
    const account = new PolicyStatement({
      sid: 'AccountKeepsIt',
      principals: [new AccountRootPrincipal()],
      actions: ADMINISTRATION,
      resources: ['*'],
    });
    this.#key = new Key(this, 'Key', {
      description: `Wraps the data keys that the webhooks of ${Aws.STACK_NAME} are sealed with`,
      enableKeyRotation: true,
      policy: new PolicyDocument({ statements: [account] }),
      // With the table: what is sealed in it can not be opened without.
      removalPolicy: keepDataOnRemoval ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(30),
    });
  }

  /** For who sends to webhooks, or shows them. */
  grantOpen(grantee: GatebellFunction): void {
    this.#allow(grantee, 'kms:Decrypt');
  }

  /** For who takes webhooks in, and shows them. */
  grantSeal(grantee: GatebellFunction): void {
    this.#allow(grantee, 'kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext');
  }

  /** Tells a function of the key, and allows it in the role's policy and in the key's. The key's alone would do for AWS. */
  #allow(grantee: GatebellFunction, ...actions: string[]): void {
    grantee.addEnvironment(ENV.webhookKeyArn, this.#key.keyArn);
    Grant.addToPrincipalAndResource({
      grantee,
      actions,
      resourceArns: [this.#key.keyArn],
      resource: this.#key,
      resourceSelfArns: ['*'],
    });
  }
}
