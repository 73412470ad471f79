/**
 * Every resource type that the local stack knows: those it runs, and those that it leaves to other checks, each with the
 * reason. A type that is missing here stops the stack at its start, so that nothing of a template is silently left out.
 */

/** What every random password of a template is: tests that call functions directly need to know it. */
export const RANDOM_PASSWORD = 'random-password-of-the-local-stack';

/** What `Ref` and `Fn::GetAtt` give for a resource. */
export type Identity = { ref: string; attributes: Readonly<Record<string, string>> };

type IdentityInput = {
  readonly logicalId: string;
  /** The name property when the template sets one, else a name as CloudFormation would make it. */
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  /** Origin of queue URLs: the AWS proxy, as the SDK sends SQS calls to the URL's own host. */
  readonly sqsOrigin: string;
  /** A property of the template, resolved to a text. */
  property(name: string): string;
};

export type ResourceKind = {
  /** The property that holds a name of the template's choice. */
  readonly nameProperty?: string;
  identity(input: IdentityInput): Identity;
} & ({ run: true } | { readonly run: false; readonly why: string });

const arn = ({ region, accountId }: IdentityInput, service: string, resource: string) =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;
const named = ({ name }: IdentityInput): Identity => ({ ref: name, attributes: {} });
const withArn =
  (service: string, prefix: string) =>
  (input: IdentityInput): Identity => ({
    ref: input.name,
    attributes: { Arn: arn(input, service, `${prefix}${input.name}`) },
  });
const elsewhere = (why: string, identity = named, nameProperty?: string): ResourceKind => ({
  run: false,
  why,
  identity,
  ...(nameProperty === undefined ? {} : { nameProperty }),
});

const table: ResourceKind = {
  run: true,
  nameProperty: 'TableName',
  identity: (input) => {
    const Arn = arn(input, 'dynamodb', `table/${input.name}`);
    return {
      ref: input.name,
      attributes: { Arn, StreamArn: `${Arn}/stream/2026-01-01T00:00:00.000`, TableId: input.name },
    };
  },
};
const topic: ResourceKind['identity'] = (input) => {
  const TopicArn = arn(input, 'sns', input.name);
  return { ref: TopicArn, attributes: { TopicArn, TopicName: input.name } };
};
const queue: ResourceKind['identity'] = (input) => ({
  ref: `${input.sqsOrigin}/${input.accountId}/${input.name}`,
  attributes: {
    Arn: arn(input, 'sqs', input.name),
    QueueName: input.name,
    QueueUrl: `${input.sqsOrigin}/${input.accountId}/${input.name}`,
  },
});
/** All aliases lead to the function as the template has it, so there is one version. */
const lambdaVersion: ResourceKind['identity'] = (input) => {
  const FunctionArn = arn(input, 'lambda', `function:${input.property('FunctionName')}:1`);
  return { ref: FunctionArn, attributes: { FunctionArn, Version: '1' } };
};
const lambdaAlias: ResourceKind['identity'] = (input) => {
  const AliasArn = arn(input, 'lambda', `function:${input.property('FunctionName')}:${input.property('Name')}`);
  return { ref: AliasArn, attributes: { AliasArn } };
};
/** Ids are lower-case and short at API Gateway; a logical id serves as well. */
const apiPart: ResourceKind['identity'] = ({ logicalId }) => ({ ref: logicalId, attributes: {} });
const globalArn =
  (service: string, prefix: string) =>
  (input: IdentityInput): Identity => ({
    ref: input.name,
    attributes: { Arn: `arn:aws:${service}::${input.accountId}:${prefix}${input.name}`, RoleId: input.name },
  });

export const RESOURCE_KINDS: Readonly<Record<string, ResourceKind>> = {
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::SQS::Queue': { run: true, nameProperty: 'QueueName', identity: queue },
  'AWS::SNS::Topic': { run: true, nameProperty: 'TopicName', identity: topic },
  'AWS::SNS::Subscription': {
    run: true,
    identity: (input) => ({ ref: arn(input, 'sns', `subscription:${input.logicalId}`), attributes: {} }),
  },
  'AWS::Lambda::Function': { run: true, nameProperty: 'FunctionName', identity: withArn('lambda', 'function:') },
  'AWS::Lambda::Alias': { run: true, identity: lambdaAlias },
  'AWS::Lambda::Version': { run: true, identity: lambdaVersion },
  'AWS::Lambda::EventSourceMapping': { run: true, identity: apiPart },
  'AWS::Lambda::EventInvokeConfig': { run: true, identity: apiPart },
  'AWS::Lambda::Permission': { run: true, identity: apiPart },
  'AWS::KMS::Key': { run: true, identity: withArn('kms', 'key/') },
  'AWS::IAM::Role': { run: true, nameProperty: 'RoleName', identity: globalArn('iam', 'role/') },
  'AWS::IAM::Policy': { run: true, nameProperty: 'PolicyName', identity: named },
  'AWS::IAM::ManagedPolicy': {
    run: true,
    identity: (input) => ({ ref: `arn:aws:iam::${input.accountId}:policy/${input.name}`, attributes: {} }),
  },
  'AWS::ApiGatewayV2::Api': { run: true, identity: apiPart },
  'AWS::ApiGatewayV2::Route': { run: true, identity: apiPart },
  'AWS::ApiGatewayV2::Integration': { run: true, identity: apiPart },
  'AWS::ApiGatewayV2::Authorizer': { run: true, identity: apiPart },
  'AWS::ApiGatewayV2::Stage': {
    run: true,
    identity: ({ name }) => ({ ref: name, attributes: {} }),
    nameProperty: 'StageName',
  },
  'AWS::CloudFront::Distribution': {
    run: true,
    identity: ({ logicalId }) => ({
      ref: logicalId,
      attributes: { Id: logicalId, DomainName: `${logicalId.toLowerCase()}.cloudfront.net` },
    }),
  },
  'AWS::CloudFront::Function': {
    run: true,
    identity: (input) => {
      const FunctionARN = `arn:aws:cloudfront::${input.accountId}:function/${input.logicalId}`;
      return { ref: FunctionARN, attributes: { FunctionARN } };
    },
  },
  'AWS::CloudFront::CachePolicy': { run: true, identity: apiPart },
  'AWS::CloudFront::ResponseHeadersPolicy': { run: true, identity: apiPart },
  'Custom::AWS': {
    run: true,
    identity: ({ logicalId }) => ({ ref: logicalId, attributes: { RandomPassword: RANDOM_PASSWORD } }),
  },
  'Custom::CDKBucketDeployment': { run: true, identity: apiPart },
  'AWS::Events::Rule': { run: true, nameProperty: 'Name', identity: withArn('events', 'rule/') },
  'AWS::Scheduler::Schedule': { run: true, nameProperty: 'Name', identity: withArn('scheduler', 'schedule/default/') },
  'AWS::CloudWatch::Alarm': { run: true, nameProperty: 'AlarmName', identity: withArn('cloudwatch', 'alarm:') },

  'AWS::Logs::LogGroup': elsewhere('logs go to one file a function', withArn('logs', 'log-group:'), 'LogGroupName'),
  'AWS::Logs::MetricFilter': elsewhere('metrics of logs: test/infra'),
  'AWS::Logs::QueryDefinition': elsewhere('queries of logs: test/infra'),
  'AWS::SQS::QueuePolicy': elsewhere('demands TLS, which loopback has none of: test/infra'),
  'AWS::SNS::TopicPolicy': elsewhere('it grants publishing from outside the account: test/infra'),
  'AWS::CloudWatch::CompositeAlarm': elsewhere('as alarms', withArn('cloudwatch', 'alarm:'), 'AlarmName'),
  'AWS::CloudWatch::Dashboard': elsewhere('shows metrics: test/infra'),
  'AWS::SES::ConfigurationSet': elsewhere('the local SES takes any', named, 'Name'),
  'AWS::SES::ConfigurationSetEventDestination': elsewhere(
    'the local SES makes no events: test/flow/one-stack/mail-feedback.test.ts publishes them',
  ),
  'AWS::SES::EmailIdentity': elsewhere('the local SES takes any sender'),
  'AWS::KMS::Alias': elsewhere('as keys'),
  'AWS::S3::Bucket': elsewhere('what is deployed into it is read from the assembly', (input) => ({
    ref: input.name,
    attributes: {
      Arn: `arn:aws:s3:::${input.name}`,
      RegionalDomainName: `${input.name}.s3.${input.region}.amazonaws.com`,
    },
  })),
  'AWS::CloudFront::OriginAccessControl': elsewhere(
    'files are read from the assembly: test/infra',
    ({ logicalId }) => ({
      ref: logicalId,
      attributes: { Id: logicalId },
    }),
  ),
  'AWS::Lambda::LayerVersion': elsewhere('only what deploys files has one, and that runs in deployments alone'),
  'Custom::S3AutoDeleteObjects': elsewhere('empties a bucket when the stack is removed: test/infra', apiPart),
  'AWS::S3::BucketPolicy': elsewhere('as buckets'),
  'AWS::CDK::Metadata': elsewhere('statistics'),
};
