import { CfnOutput, RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { PATH_METADATA_ENABLE_CONTEXT } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { ENV } from '../core/contract.ts';
import { acknowledge } from './acknowledge.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { Api } from './api.ts';
import { Background } from './background.ts';
import { type Bundle, bundleFunction } from './bundle.ts';
import { CognitoLogin } from './cognito-login.ts';
import { sourceConcurrency } from './concurrency.ts';
import type { StageConfiguration } from './configuration.ts';
import { Dashboard } from './dashboard.ts';
import { Delivery, DeliveryQueue } from './delivery.ts';
import type { Environment, SharedResources } from './gatebell-function.ts';
import { LogQueries } from './log-queries.ts';
import { jwtAuthorizer, type Login, openIdLogin } from './login.ts';
import { MailFeedback } from './mail-feedback.ts';
import { nextSteps } from './next-steps.ts';
import { OriginSecret } from './origin-secret.ts';
import { builtPage } from './page.ts';
import { Sender } from './sender.ts';
import { Sweeper } from './sweeper.ts';
import { Table } from './table.ts';
import { Triggers } from './triggers.ts';
import { Web } from './web.ts';
import { WebhookKey } from './webhook-key.ts';

/** A stage's configuration, and options that only code sets. */
export type GatebellStackProps = StackProps &
  Omit<StageConfiguration, 'account' | 'region'> & {
    stage: string;
    /** The certificate of the domain, if the configuration names none. */
    certificate?: ICertificate;
    /** An http origin on loopback that webhooks may use; only for the local stack. */
    localWebhookOrigin?: string;
    /** Throttle, for all callers together, of routes without their own. Default: 200 requests a second, burst 400. */
    throttle?: ThrottleSettings;
    /** Bundles a function's code. Default: esbuild. */
    bundle?: Bundle;
    /** Folder of the built page. Default: built from `web/`. */
    page?: string;
  };

/** Rules of the policy checks that don't apply to any function. */
const DECIDED = {
  'Serverless-LambdaTracing': "Traces don't follow a stream: docs/adr/025-metrics-logs-and-no-traces.md.",
  'Serverless-LambdaDLQ':
    'Asynchronously invoked functions have an on-failure destination, which includes the error; test/infra/dead-letter-ways.test.ts checks each function.',
};

/** All resources of a stage, in the order of docs/architecture.md. */
export class GatebellStack extends Stack {
  constructor(scope: Construct, id: string, props: GatebellStackProps) {
    super(scope, id, props);
    // The local stack and the tests identify functions by their construct paths.
    this.node.setContext(PATH_METADATA_ENABLE_CONTEXT, true);
    Tags.of(this).add('app', 'gatebell');
    Tags.of(this).add('stage', props.stage);
    acknowledge(this, DECIDED);

    const webhooks: Environment = {
      [ENV.webhookHosts]: props.webhookHosts.join(','),
      ...(props.eventBuses.length > 0 && { [ENV.eventBuses]: props.eventBuses.join(',') }),
      ...(props.localWebhookOrigin && { [ENV.localWebhookOrigin]: props.localWebhookOrigin }),
    };
    const { cognito, login } = this.#login(props);
    const caller: Environment = {
      [ENV.userClaim]: login.userClaim,
      [ENV.userNamesIgnoreCase]: String(login.userNamesIgnoreCase),
      [ENV.groupsClaim]: login.groupsClaim,
      [ENV.administratorsGroup]: login.administratorsGroup,
      [ENV.resourceServer]: login.resourceServer,
    };

    const table = new Table(this, 'Table', props);
    const webhookKey = new WebhookKey(this, 'WebhookKey', props);
    const deliveryQueue = new DeliveryQueue(this, 'DeliveryQueue');
    const shared: SharedResources = {
      bundle: props.bundle ?? bundleFunction,
      logRetention: props.logRetentionDays,
      logRemoval: props.keepDataOnRemoval ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      table,
      reservedConcurrency: props.reservedConcurrency,
      deliveries: deliveryQueue.messages,
      webhooks,
      eventBuses: props.eventBuses,
    };
    const concurrency = sourceConcurrency(props.accountConcurrency);
    const { jobs } = new Background(this, 'Background', { shared, maxConcurrency: concurrency.jobs });
    const mailFeedback = new MailFeedback(this, 'MailFeedback', { shared, queue: deliveryQueue });
    new Delivery(this, 'Delivery', {
      shared,
      queue: deliveryQueue,
      configurationSet: mailFeedback.configurationSet,
      mailsPerSecond: props.mailsPerSecond,
      targetIntervals: props.targetIntervals,
      webhookKey,
      maxConcurrency: props.dispatcherConcurrency ?? concurrency.dispatchers,
    });
    const { readers } = new Triggers(this, 'Triggers', {
      shared,
      jobs,
      batchesOfShard: concurrency.batchesOfShard,
    });
    const sweeper = new Sweeper(this, 'Sweeper', { shared });
    const alarmTopic = new AlarmTopic(this, 'AlarmTopic', { shared });
    const { topic } = alarmTopic;
    if (props.alarmEmail) alarmTopic.mailOwnAlarmsTo(props.alarmEmail);
    const { value: originSecret } = new OriginSecret(this, 'OriginSecret', {
      shared,
      version: props.originSecretVersion,
    });
    const api = new Api(this, 'Api', {
      shared,
      authorizer: jwtAuthorizer(login),
      caller,
      webhookKey,
      configurationSet: mailFeedback.configurationSet,
      mailsPerSecond: props.mailsPerSecond,
      originSecret,
      accountConcurrency: props.accountConcurrency,
      throttle: props.throttle,
    });
    const web = new Web(this, 'Web', { ...props, shared, api, originSecret, login, page: props.page ?? builtPage() });
    cognito?.servePageAt(web.url);
    const alarms = new Alarms(this, 'Alarms', {
      topic,
      table,
      api,
      readers,
      sweeper: sweeper.function,
      distribution: web.distribution,
    });
    new Dashboard(this, 'Dashboard', { alarms: alarms.all, deliveries: deliveryQueue });
    new LogQueries(this, 'LogQueries', { api });
    const sender = props.sender
      ? new Sender(this, 'Sender', { sender: props.sender, keepDataOnRemoval: props.keepDataOnRemoval })
      : null;

    this.#output({
      WebUrl: web.url,
      DistributionDomainName: web.distribution.distributionDomainName,
      ApiUrl: `${web.url}/`,
      TableName: table.tableName,
      DeliveryQueueUrl: deliveryQueue.messages.queueUrl,
      DeliveryDeadLetterQueueUrl: deliveryQueue.deadLetters.queueUrl,
      JobQueueUrl: jobs.queueUrl,
      AlarmTopicArn: topic.topicArn,
      MailFeedbackTopicArn: mailFeedback.topic.topicArn,
      RollbackAlarmArns: alarms.rollback.join(' '),
      ...cognito?.outputs,
      ...sender?.outputs,
      ...nextSteps({ web, domain: props.domain, login, cognito, sender }),
    });
  }

  #login(props: GatebellStackProps): { cognito: CognitoLogin | null; login: Login } {
    if (props.login.kind === 'openid') return { cognito: null, login: openIdLogin(props.login) };
    const { stage, keepDataOnRemoval } = props;
    const cognito = new CognitoLogin(this, 'Login', { ...props.login, stage, keepDataOnRemoval });
    return { cognito, login: cognito.login };
  }

  #output(outputs: Record<string, string>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
