import { Aws } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { ENV } from '../core/contract.ts';
import { acknowledge } from './acknowledge.ts';
import type { GatebellFunction } from './gatebell-function.ts';

/** Allows a function to send email under a configuration set, which it gets by its name; `scope` is the construct that owns it. */
export const grantSendEmail = (scope: Construct, grantee: GatebellFunction, set: ConfigurationSet): void => {
  const anyIdentity = `arn:${Aws.PARTITION}:ses:${Aws.REGION}:${Aws.ACCOUNT_ID}:identity/*`;
  const ofSet = `arn:${Aws.PARTITION}:ses:${Aws.REGION}:${Aws.ACCOUNT_ID}:configuration-set/${set.configurationSetName}`;
  Grant.addToPrincipal({ grantee, actions: ['ses:SendRawEmail'], resourceArns: [anyIdentity, ofSet] });
  grantee.addEnvironment(ENV.mailConfigurationSet, set.configurationSetName);
  acknowledge(scope, {
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]':
      'Administrators change the From address at run time, to any identity that the account has verified.',
  });
};
