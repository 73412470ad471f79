import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, Logging, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { SharedResources } from './gatebell-function.ts';

export type OriginSecretProps = {
  shared: Pick<SharedResources, 'logRetention' | 'logRemoval'>;
  /** Another number makes another secret. */
  version: number;
};

const READS_NOTHING = 'GetRandomPassword reads nothing and has no resource.';
const ONLY_DEPLOYS = "CDK's function for one call of an AWS API, which runs only while the stack is deployed";

/** CDK's id of the function that makes the call. */
const CALLER = 'AWS679f53fac002430cb0da5b7982bd2287';

const mayMakePassword = () => new PolicyStatement({ actions: ['secretsmanager:GetRandomPassword'], resources: ['*'] });

/**
 * The value of the header that only the distribution adds to a request, and that API functions demand
 * (docs/adr/033-answer-only-the-distribution.md). Secrets Manager makes the random text during the deployment and doesn't store it.
 */
export class OriginSecret extends Construct {
  readonly value: string;

  constructor(scope: Construct, id: string, { shared, version }: OriginSecretProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', { retention: shared.logRetention, removalPolicy: shared.logRemoval });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      // Inline, so that it is known everywhere by the time the function exists and is called.
      inlinePolicies: { GetRandomPassword: new PolicyDocument({ statements: [mayMakePassword()] }) },
    });
    logGroup.grantWrite(role);
    // The number in its id is part of every reference to the value, so that another value makes another version of the functions.
    const made = new AwsCustomResource(this, `Value${version}`, {
      // CloudFormation calls it again only if a property changed.
      onUpdate: {
        service: 'SecretsManager',
        action: 'getRandomPassword',
        parameters: { PasswordLength: 48, ExcludePunctuation: true },
        physicalResourceId: PhysicalResourceId.of(`origin-secret-${version}`),
        outputPaths: ['RandomPassword'],
        // Or its log would contain the answer.
        logging: Logging.withDataHidden(),
      },
      installLatestAwsSdk: false,
      memorySize: 256,
      role,
      logGroup,
    });
    this.value = made.getResponseField('RandomPassword');
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]': READS_NOTHING,
      'Serverless-LambdaStarPermissions': READS_NOTHING,
    });
    const caller = Stack.of(this).node.tryFindChild(CALLER);
    if (caller)
      acknowledge(caller, { 'AwsSolutions-L1': ONLY_DEPLOYS, 'Serverless-LambdaLatestVersion': ONLY_DEPLOYS });
  }
}
