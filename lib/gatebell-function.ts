import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  Architecture,
  type IFunction,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ENV } from '../core/contract.ts';
import type { Bundle, FunctionName } from './bundle.ts';
import { reservedFor } from './concurrency.ts';
import type { GatebellQueue } from './gatebell-queue.ts';
import { pascalCase } from './pascal-case.ts';
import type { Table } from './table.ts';

/** Only variables that core/contract.ts declares. */
export type Environment = Partial<Record<(typeof ENV)[keyof typeof ENV], string>>;

/** Resources that all functions of a stage share. */
export type SharedResources = {
  bundle: Bundle;
  logRetention: RetentionDays;
  /** Removal policy of logs. */
  logRemoval: RemovalPolicy;
  table: Table;
  /** The stage's reserved concurrency, for all functions that get a share. */
  reservedConcurrency: number | undefined;
  /** The delivery queue: exceptions go there if the table isn't available. */
  deliveries: GatebellQueue;
  /** Allowed webhook hosts. Every function needs them to redact webhook URLs. */
  webhooks: Environment;
  /** Names of event buses that events may be sent to. */
  eventBuses: readonly string[];
};

export type GatebellFunctionProps = {
  shared: SharedResources;
  description: string;
  /** The impact of a failure, for the alarm descriptions. */
  impact: string;
  timeout: Duration;
  environment?: Environment;
  /** For a function that needs neither the table nor the queue. */
  standsAlone?: boolean;
  /** For a function that sends to the queue it consumes: Lambda would stop such a loop after 16 invocations. */
  feedsItself?: boolean;
};

const captureEnvironment = ({ table, deliveries, webhooks }: SharedResources): Environment => ({
  [ENV.tableName]: table.tableName,
  [ENV.deliveryQueueUrl]: deliveries.queueUrl,
  ...webhooks,
});

/** Without the undefined properties of CDK's class, for which a strict compiler doesn't accept it as a function. */
const isFunction = (alias: Alias): alias is Alias & IFunction => alias.role !== undefined;

/**
 * Base of every Lambda: Node 24 on Arm, its own log group with a retention, and its own role, which may write to that log group
 * and record exceptions. Its construct id is the function's name in Pascal case.
 */
export class GatebellFunction extends LambdaFunction {
  readonly impact: string;
  /**
   * What invokes the function: a version of code and configuration, which a deployment publishes and switches to at once
   * (docs/adr/013-switch-versions-by-an-alias.md).
   */
  readonly live: Alias & IFunction;
  readonly roleArn: string;

  constructor(scope: Construct, name: FunctionName, props: GatebellFunctionProps) {
    const id = pascalCase(name);
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: props.shared.logRetention,
      removalPolicy: props.shared.logRemoval,
    });
    // With an explicit role, CDK omits the managed AWSLambdaBasicExecutionRole, which may write to any log group.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const reserved = reservedFor(name, props.shared.reservedConcurrency);
    super(scope, id, {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: props.shared.bundle(name),
      handler: 'index.handler',
      memorySize: 512,
      timeout: props.timeout,
      ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
      environment: {
        ...(props.standsAlone ? {} : captureEnvironment(props.shared)),
        ...props.environment,
      },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      recursiveLoop: props.feedsItself ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
    });
    this.impact = props.impact;
    const live = this.addAlias('live');
    if (!isFunction(live)) throw new Error(`The alias of ${name} has no role`);
    this.live = live;
    this.roleArn = role.roleArn;
    if (props.standsAlone) return;
    // Any function that uses the table records its own exceptions.
    props.shared.table.grantCapture(this);
    props.shared.deliveries.grantSend(this);
  }
}
