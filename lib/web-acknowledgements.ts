import { DefaultStackSynthesizer, Stack, Token } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { acknowledge } from './acknowledge.ts';

/** Exemptions from policy checks for the page. Background: docs/adr/022-one-origin-behind-cloudfront.md. */

export const acknowledgeBucket = (bucket: IBucket): void =>
  acknowledge(bucket, {
    'AwsSolutions-S1':
      'Only CloudFront reads it, and its files are built from the repository, so access logs would show nothing of interest.',
  });

export const acknowledgeDistribution = (distribution: Distribution, { hasDomain }: { hasDomain: boolean }): void =>
  acknowledge(distribution, {
    'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk':
      'Missing files get 404 instead of 403. No path reaches the bucket listing: docs/adr/022.',
    'AwsSolutions-CFR1': 'People and CI pipelines of any country may use it; access depends on their tokens.',
    'AwsSolutions-CFR2':
      'The files are public, and the API throttles and checks tokens and input itself. webAclArn of the stage associates a web ACL.',
    'AwsSolutions-CFR3': "The API's stage logs every call; requests for files are of no interest.",
    ...(hasDomain
      ? {}
      : {
          'AwsSolutions-CFR4':
            "CloudFront's default certificate has a fixed TLS policy. A stage with its own domain requires TLS 1.2.",
        }),
  });

const DEPLOYS = "CDK's file deployment, which runs only while the stack is deployed";

/** CDK defines the function and its permissions; only the role and the log group are ours. */
export const acknowledgeDeployment = (role: Role, bucket: IBucket): void => {
  const actions = ['s3:GetBucket*', 's3:GetObject*', 's3:List*', 's3:Abort*', 's3:DeleteObject*'];
  const resources = [assetsOf(Stack.of(role)), `<${logicalId(bucket)}.Arn>/*`];
  const wildcards = [...actions.map((action) => `Action::${action}`), ...resources.map((arn) => `Resource::${arn}`)];
  acknowledge(role, Object.fromEntries(wildcards.map((wildcard) => [`AwsSolutions-IAM5[${wildcard}]`, DEPLOYS])));
  const deployer = Stack.of(role).node.children.find(({ node }) => node.id.startsWith(DEPLOYER));
  if (deployer) acknowledge(deployer, { 'AwsSolutions-L1': DEPLOYS, 'Serverless-LambdaLatestVersion': DEPLOYS });
};

/** The checks' placeholder for an account or region that the stage doesn't set. */
const known = (value: string, parameter: string): string => (Token.isUnresolved(value) ? `<AWS::${parameter}>` : value);

/** The asset bucket of the account's CDK bootstrap. */
const assetsOf = ({ partition, account, region, node }: Stack): string => {
  const qualifier: unknown = node.tryGetContext(QUALIFIER) ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
  return `arn:${known(partition, 'Partition')}:s3:::cdk-${String(qualifier)}-assets-${known(account, 'AccountId')}-${known(region, 'Region')}/*`;
};

/** The context with which an account that was bootstrapped under a qualifier of its own synthesizes. */
const QUALIFIER = '@aws-cdk/core:bootstrapQualifier';

/** CDK's id prefix of the function for file deployments. */
const DEPLOYER = 'Custom::CDKBucketDeployment';

const logicalId = (bucket: IBucket): string => Stack.of(bucket).resolve(bucket.bucketArn)['Fn::GetAtt'][0];
