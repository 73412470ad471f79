import { Duration } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FUNCTION } from '../functions/contract.ts';
import { type Environment, type House, HouseFunction } from './house-function.ts';

const { GET, POST, PUT, PATCH, DELETE } = HttpMethod;
const { products, settings, exceptions } = FUNCTION;

/** Every call of the API, and the function that answers it. What is not here does not reach a function. */
export const ROUTES = [
  { method: GET, path: '/api/users/me', function: products },
  { method: GET, path: '/api/products', function: products },
  { method: POST, path: '/api/products', function: products },
  { method: GET, path: '/api/products/{product_id}', function: products },
  { method: PATCH, path: '/api/products/{product_id}', function: products },
  { method: DELETE, path: '/api/products/{product_id}', function: products },
  { method: PUT, path: '/api/products/{product_id}/observation_counts', function: products },
  { method: GET, path: '/api/products/{product_id}/members', function: products },
  { method: PUT, path: '/api/products/{product_id}/members/{user}', function: products },
  { method: DELETE, path: '/api/products/{product_id}/members/{user}', function: products },
  { method: GET, path: '/api/settings', function: settings },
  { method: PATCH, path: '/api/settings', function: settings },
  { method: POST, path: '/api/exceptions', function: exceptions },
] as const;

type ApiFunction = (typeof ROUTES)[number]['function'];

/** The route and not the path, which can name a user; no header, so no token, and no query. */
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

export type ApiProps = {
  house: House;
  authorizer: IHttpRouteAuthorizer;
  /** How a token says who the caller is. */
  caller: Environment;
  /** Which webhooks a product or the settings may name. */
  webhooks: Environment;
  throttle: ThrottleSettings;
};

/** The HTTP API, its functions and its stage. */
export class Api extends Construct {
  readonly url: string;
  readonly #api: HttpApi;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    this.#api = new HttpApi(this, 'Api', { createDefaultStage: false, defaultAuthorizer: props.authorizer });
    const productsFunction = this.#function(products, 'Answers for products, their members and their counts', props);
    const { table } = props.house;
    table.grant(
      productsFunction,
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'ConditionCheckItem',
    );
    table.grantQueryIndex(productsFunction, 'membersByUser');

    const settingsFunction = this.#function(settings, 'Answers for the settings', props);
    table.grant(settingsFunction, 'GetItem', 'PutItem');

    this.#route({
      [products]: productsFunction,
      [settings]: settingsFunction,
      [exceptions]: this.#function(exceptions, 'Takes the exceptions that programs report', props),
    });
    this.url = this.#stage(props).url;
  }

  #function(name: ApiFunction, description: string, props: ApiProps): HouseFunction {
    return new HouseFunction(this, name, {
      house: props.house,
      description,
      // Below what API Gateway waits (30 s): the caller gets our answer, not the gateway's, also when the table hangs.
      timeout: Duration.seconds(28),
      environment: { ...props.caller, ...props.webhooks },
    });
  }

  #route(functions: Record<ApiFunction, HouseFunction>): void {
    const integrations = {
      [products]: new HttpLambdaIntegration('Products', functions[products]),
      [settings]: new HttpLambdaIntegration('Settings', functions[settings]),
      [exceptions]: new HttpLambdaIntegration('Exceptions', functions[exceptions]),
    };
    for (const { method, path, function: name } of ROUTES) {
      this.#api.addRoutes({ methods: [method], path, integration: integrations[name] });
    }
  }

  #stage({ house, throttle }: ApiProps): HttpStage {
    const accessLog = new LogGroup(this, 'AccessLog', { retention: house.logRetention });
    return new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }
}
