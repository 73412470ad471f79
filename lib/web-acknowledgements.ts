import { Stack, Token } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { acknowledge } from './acknowledge.ts';

/** Opt-outs of policy checks around the page. The whole story is in docs/adr/022-one-origin-behind-cloudfront.md. */

export const acknowledgeBucket = (bucket: IBucket): void =>
  acknowledge(bucket, {
    'AwsSolutions-S1':
      'Only CloudFront reads it, and all it holds is built from the repository: who read it tells nothing.',
  });

export const acknowledgeDistribution = (distribution: Distribution, { hasDomain }: { hasDomain: boolean }): void =>
  acknowledge(distribution, {
    'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk':
      'It says 404 of what is not there, instead of 403; no path leads to the list: docs/adr/022.',
    'AwsSolutions-CFR1': 'People and CI pipelines of any country may use it; who may is decided by their tokens.',
    'AwsSolutions-CFR2':
      'The files are the same for everybody, and the API throttles, checks tokens and input itself; who wants a web ACL associates one.',
    'AwsSolutions-CFR3': "The API's stage logs every call; requests for files tell nothing about Gatebell.",
    ...(hasDomain
      ? {}
      : {
          'AwsSolutions-CFR4':
            "CloudFront's own certificate allows no choice of TLS versions; a stage with a domain of its own takes TLS 1.2 and above alone.",
        }),
  });

const DEPLOYS = "CDK's own deployment of files, which runs while the stack is deployed and at no other time";

/** Its function, and what CDK lets that do, are CDK's; only the role and the log group are ours. */
export const acknowledgeDeployment = (role: Role, bucket: IBucket): void => {
  const actions = ['s3:GetBucket*', 's3:GetObject*', 's3:List*', 's3:Abort*', 's3:DeleteObject*'];
  const resources = [assetsOf(Stack.of(role)), `<${logicalId(bucket)}.Arn>/*`];
  const wildcards = [...actions.map((action) => `Action::${action}`), ...resources.map((arn) => `Resource::${arn}`)];
  acknowledge(role, Object.fromEntries(wildcards.map((wildcard) => [`AwsSolutions-IAM5[${wildcard}]`, DEPLOYS])));
  const deployer = Stack.of(role).node.children.find(({ node }) => node.id.startsWith(DEPLOYER));
  if (deployer) acknowledge(deployer, { 'AwsSolutions-L1': DEPLOYS, 'Serverless-LambdaLatestVersion': DEPLOYS });
};

/** As the checks write what only a deployment knows: a stage may leave its account and region open. */
const known = (value: string, parameter: string): string => (Token.isUnresolved(value) ? `<AWS::${parameter}>` : value);

/** The bucket of the account's CDK bootstrap, from where the files come. */
const assetsOf = ({ partition, account, region }: Stack): string =>
  `arn:${known(partition, 'Partition')}:s3:::cdk-hnb659fds-assets-${known(account, 'AccountId')}-${known(region, 'Region')}/*`;

/** What CDK's function for all file deployments of a stack is called, before a hash. */
const DEPLOYER = 'Custom::CDKBucketDeployment';

const logicalId = (bucket: IBucket): string => Stack.of(bucket).resolve(bucket.bucketArn)['Fn::GetAtt'][0];
