import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
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

/** Only names of the contract: a variable that no function knows does not compile. */
export type Environment = Partial<Record<(typeof ENV)[keyof typeof ENV], string>>;

/** What all functions of a stage have in common. */
export type SharedResources = {
  bundle: Bundle;
  logRetention: RetentionDays;
  /** Of logs, when the stack is removed. */
  logRemoval: RemovalPolicy;
  table: Table;
  /** Concurrent executions that the stage reserves, for all that have a part in them. */
  reservedConcurrency: number | undefined;
  /** The delivery queue: the second way for an exception that the table does not take. */
  deliveries: GatebellQueue;
  /** Which webhooks may be set. Every function is given it, as none may log or record the URL of one. */
  webhooks: Environment;
};

export type GatebellFunctionProps = {
  house: SharedResources;
  description: string;
  /** What stands still while it fails: its alarms tell. */
  impact: string;
  timeout: Duration;
  environment?: Environment;
  /** For a function that needs neither table nor queue, and so gets neither. */
  standsAlone?: boolean;
  /** For a function that feeds the queue it consumes: Lambda would stop such a chain at its 16th link. */
  feedsItself?: boolean;
};

const captureEnvironment = ({ table, deliveries, webhooks }: SharedResources): Environment => ({
  [ENV.tableName]: table.tableName,
  [ENV.deliveryQueueUrl]: deliveries.queueUrl,
  ...webhooks,
});

/**
 * The common ground of every Lambda: Node 24 on Arm, a log group of its own that forgets, and a role of its own that
 * starts with writing to that log group and putting an exception on record. Its construct id is the function's name in
 * Pascal case.
 */
export class GatebellFunction extends LambdaFunction {
  readonly impact: string;

  constructor(scope: Construct, name: FunctionName, props: GatebellFunctionProps) {
    const id = pascalCase(name);
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: props.house.logRetention,
      removalPolicy: props.house.logRemoval,
    });
    // Given a role, CDK leaves out the managed AWSLambdaBasicExecutionRole, which may write to any log group.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const reserved = reservedFor(name, props.house.reservedConcurrency);
    super(scope, id, {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: props.house.bundle(name),
      handler: 'index.handler',
      memorySize: 512,
      timeout: props.timeout,
      ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
      environment: {
        ...(props.standsAlone ? {} : captureEnvironment(props.house)),
        ...props.environment,
      },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      recursiveLoop: props.feedsItself ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
    });
    this.impact = props.impact;
    if (props.standsAlone) return;
    // Any function that works with the table can meet an exception, and puts it on record itself.
    props.house.table.grantCapture(this);
    props.house.deliveries.grantSend(this);
  }
}
