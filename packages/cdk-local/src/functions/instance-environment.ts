import { join } from 'node:path';
import type { FunctionDefinition } from './function-definition.ts';

/**
 * Keys that Lambda sets itself; a function that brings one can't be created.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
const RESERVED = [
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
];

export const refuseReservedVariables = ({ id, environment }: FunctionDefinition): void => {
  const reserved = Object.keys(environment).filter((key) => RESERVED.includes(key));
  if (reserved.length > 0) throw new Error(`${id}: Lambda sets ${reserved.join(', ')} itself and refuses the function`);
};

/**
 * The whole environment of an instance: Lambda's variables, then the template's, and none of this machine. The one
 * addition is AWS_ENDPOINT_URL, which leads the SDK to the AWS proxy. The session token identifies the calling instance to the AWS proxy.
 */
export const instanceEnvironment = (options: {
  readonly definition: FunctionDefinition;
  readonly instanceId: string;
  readonly region: string;
  readonly endpoint: string;
}): Record<string, string> => {
  const { definition, instanceId, region, endpoint } = options;
  return {
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memorySizeMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: definition.logFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${instanceId}`,
    AWS_ACCESS_KEY_ID: definition.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: instanceId,
    AWS_ENDPOINT_URL: endpoint,
    LAMBDA_TASK_ROOT: definition.assetDirectory,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LANG: 'en_US.UTF-8',
    NODE_PATH: join('/opt', 'nodejs', 'node_modules'),
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    TZ: ':UTC',
    _HANDLER: definition.handler,
    ...definition.environment,
  };
};
