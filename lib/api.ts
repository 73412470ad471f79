import { Aws, Duration, Fn } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  HttpApi,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IMetric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { type ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { ENV, FUNCTION } from '../core/contract.ts';
import { acknowledge } from './acknowledge.ts';
import { type ApiFunction, ROUTES } from './api-routes.ts';
import {
  type Environment,
  GatebellFunction,
  type GatebellFunctionProps,
  type SharedResources,
} from './gatebell-function.ts';
import { grantChannels } from './grant-channels.ts';
import { throttlesFor } from './throttles.ts';
import type { WebhookKey } from './webhook-key.ts';

const { products, settings, notifications, testNotifications, exceptions, openapi } = FUNCTION;

/** Logs the route instead of the path, which can contain a user name; no headers, so no token; no query. */
const ACCESS_LOG = {
  time: '$context.requestTimeEpoch',
  requestId: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  responseBytes: '$context.responseLength',
  authorizerError: '$context.authorizer.error',
  integrationStatus: '$context.integrationStatus',
  integrationError: '$context.integrationErrorMessage',
  gatewayError: '$context.error.message',
} as const;

type OwnProps = Pick<GatebellFunctionProps, 'description' | 'impact' | 'environment'>;

export type ApiProps = {
  shared: SharedResources;
  authorizer: IHttpRouteAuthorizer;
  /** The claims that identify the caller. */
  caller: Environment;
  /** Encrypts and decrypts webhooks. */
  webhookKey: WebhookKey;
  /** The configuration set that test email is sent with. */
  configurationSet: ConfigurationSet;
  /** The account's send rate at SES. */
  mailsPerSecond: number;
  /** The value of the header that only the distribution adds. */
  originSecret: string;
  /** Concurrent executions of the account; the throttles leave some to the others. */
  accountConcurrency: number;
  /** The throttle of routes without their own. */
  throttle?: ThrottleSettings | undefined;
};

/**
 * Under this prefix, API Gateway needs no entry of its own in the account's resource policy for logs, which is limited to 5,120
 * characters. With the stack's id, as a log group that stays would block the next stack of the same name.
 * https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 */
const vendedLogName = (): string =>
  `/aws/vendedlogs/${Aws.STACK_NAME}/api/${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`;

/** The HTTP API, its functions and its stage. */
export class Api extends Construct {
  /** The API's own host name, for the distribution. */
  readonly domainName: string;
  readonly #api: HttpApi;
  readonly #stage: HttpStage;
  readonly accessLog: ILogGroup;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    this.#api = new HttpApi(this, 'Api', { createDefaultStage: false, defaultAuthorizer: props.authorizer });
    const routes = this.#route({
      [products]: this.#products(props),
      [settings]: this.#settings(props),
      [notifications]: this.#notifications(props),
      [testNotifications]: this.#testNotifications(props),
      [exceptions]: this.#exceptions(props),
      [openapi]: new GatebellFunction(this, openapi, {
        shared: props.shared,
        description: 'Serves the API description',
        impact: "The API description isn't available; the API itself works.",
        timeout: Duration.seconds(10),
        environment: { [ENV.originSecret]: props.originSecret },
        standsAlone: true,
      }),
    });
    this.accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: vendedLogName(),
      retention: props.shared.logRetention,
      removalPolicy: props.shared.logRemoval,
    });
    this.#stage = this.#makeStage(props);
    this.#throttleRoutes(routes, props);
    this.domainName = `${this.#api.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
  }

  /** Responses with status 500 and above, including API Gateway's own. */
  metricServerErrors(options: MetricOptions): IMetric {
    return this.#stage.metricServerError(options);
  }

  #products(props: ApiProps): GatebellFunction {
    const { table } = props.shared;
    const lambda = this.#function(products, props, {
      description: 'Handles calls on products, members, and finding counts',
      impact: "Products can't be read or changed, and CI pipelines can't report counts.",
    });
    table.grant(
      lambda,
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'ConditionCheckItem',
    );
    table.grantQueryIndex(lambda, 'membersByUser');
    table.grantQueryIndex(lambda, 'productsByName');
    table.grantQueryIndex(lambda, 'productsByChange');
    table.grantQueryIndex(lambda, 'productsByCreation');
    props.webhookKey.grantEncrypt(lambda);
    return lambda;
  }

  #settings(props: ApiProps): GatebellFunction {
    const lambda = this.#function(settings, props, {
      description: 'Handles calls on the settings',
      impact: "Settings can't be read or changed.",
    });
    props.shared.table.grant(lambda, 'GetItem', 'BatchGetItem', 'PutItem', 'Query', 'DeleteItem');
    props.webhookKey.grantEncrypt(lambda);
    return lambda;
  }

  #notifications(props: ApiProps): GatebellFunction {
    const { table } = props.shared;
    const lambda = this.#function(notifications, props, {
      description: 'Handles calls on notifications and deliveries',
      impact: "Notifications can't be read, marked, deleted, or sent again.",
    });
    table.grant(
      lambda,
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'ConditionCheckItem',
    );
    table.grantQueryIndex(lambda, 'membersByUser');
    table.grantQueryIndex(lambda, 'timeline');
    table.grantQueryIndex(lambda, 'waiting');
    table.grantQueryIndex(lambda, 'failedDeliveries');
    return lambda;
  }

  /** A separate function, because no other API function includes the channels or may send email. */
  #testNotifications(props: ApiProps): GatebellFunction {
    const lambda = this.#function(testNotifications, props, {
      description: 'Sends test messages and returns the answers of the channels',
      impact: "Test messages can't be sent; notifications aren't affected.",
      environment: { [ENV.mailsPerSecond]: String(props.mailsPerSecond) },
    });
    props.shared.table.grant(lambda, 'BatchGetItem', 'GetItem', 'UpdateItem');
    grantChannels(this, lambda, { configurationSet: props.configurationSet, ...props.shared });
    props.webhookKey.grantDecrypt(lambda);
    return lambda;
  }

  #exceptions(props: ApiProps): GatebellFunction {
    const lambda = this.#function(exceptions, props, {
      description: 'Records the exceptions that applications report',
      impact: "Applications can't report exceptions.",
    });
    props.shared.table.grant(lambda, 'ConditionCheckItem');
    return lambda;
  }

  #function(name: ApiFunction, props: ApiProps, own: OwnProps): GatebellFunction {
    return new GatebellFunction(this, name, {
      shared: props.shared,
      ...own,
      // Less than API Gateway's 30 s, so that the caller gets our answer even if the table hangs.
      timeout: Duration.seconds(28),
      environment: { ...props.caller, [ENV.originSecret]: props.originSecret, ...own.environment },
    });
  }

  #route(functions: Record<ApiFunction, GatebellFunction>): HttpRoute[] {
    const integrate = (name: ApiFunction) => new HttpLambdaIntegration(functions[name].node.id, functions[name].live);
    const integrations = {
      [products]: integrate(products),
      [settings]: integrate(settings),
      [notifications]: integrate(notifications),
      [testNotifications]: integrate(testNotifications),
      [exceptions]: integrate(exceptions),
      [openapi]: integrate(openapi),
    };
    return ROUTES.flatMap(({ method, path, function: name }) => {
      const isOpen = name === openapi;
      const authorizer = isOpen ? { authorizer: new HttpNoneAuthorizer() } : {};
      const routes = this.#api.addRoutes({ methods: [method], path, integration: integrations[name], ...authorizer });
      if (isOpen) for (const route of routes) this.#acknowledgeOpen(route);
      return routes;
    });
  }

  #acknowledgeOpen(route: HttpRoute): void {
    acknowledge(route, {
      'AwsSolutions-APIG4':
        'The description contains nothing that is not in this repository, and clients read it before they have a token.',
    });
  }

  #makeStage({ accountConcurrency, throttle = throttlesFor(accountConcurrency).common }: ApiProps): HttpStage {
    return new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }

  /** CDK's stage has no settings for single routes, and API Gateway accepts them only for routes that exist. */
  #throttleRoutes(routes: readonly HttpRoute[], { accountConcurrency }: ApiProps): void {
    const stage = this.#stage.node.defaultChild;
    if (!(stage instanceof CfnStage)) throw new Error('The stage of the API has no resource');
    stage.routeSettings = Object.fromEntries(
      throttlesFor(accountConcurrency).routes.map(([routeKey, { rateLimit, burstLimit }]) => [
        routeKey,
        { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit },
      ]),
    );
    this.#stage.node.addDependency(...routes);
  }
}
