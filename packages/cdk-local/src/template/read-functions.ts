import { z } from 'zod';
import type { FunctionDefinition } from '../functions/function-definition.ts';
import { constructName, type ResolvedStack, resourcesOf } from './resolved-stack.ts';

/** Strict: a property that would change how the function runs must not go unnoticed. */
const functionPropertiesSchema = z.strictObject({
  Code: z.strictObject({ S3Bucket: z.unknown(), S3Key: z.string() }),
  Handler: z.string(),
  Role: z.string(),
  Runtime: z.string(),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).default({ Variables: {} }),
  LoggingConfig: z
    .object({ LogFormat: z.enum(['Text', 'JSON']).default('Text'), LogGroup: z.string().optional() })
    .default({ LogFormat: 'Text' }),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
  FunctionName: z.string().optional(),
  // Of no account on one machine.
  Architectures: z.unknown().optional(),
  Description: z.unknown().optional(),
  EphemeralStorage: z.unknown().optional(),
  RecursiveLoop: z.unknown().optional(),
  Tags: z.unknown().optional(),
  TracingConfig: z.unknown().optional(),
});

/** CDK's functions that copy files into a bucket, empty it, or call an AWS API, which only run during deployments. */
const isOfCdk = ({ path }: { path: string }): boolean =>
  path.includes('/Custom::') || path.includes('/AWS679f53fac002430cb0da5b7982bd2287/');

const lambdasOf = (stack: ResolvedStack) => {
  const resources = stack.resources.filter((resource) => !isOfCdk(resource));
  return resourcesOf({ ...stack, resources }, ['AWS::Lambda::Function'], functionPropertiesSchema);
};

/** Strict: weights and provisioned concurrency would change which version runs, and how. */
const aliasSchema = z.strictObject({
  FunctionName: z.string(),
  FunctionVersion: z.string(),
  Name: z.string(),
  Description: z.unknown().optional(),
});

/** Names of the aliases of a function, by its physical name. */
const aliasesOf = (stack: ResolvedStack, functionName: string): readonly string[] =>
  resourcesOf(stack, ['AWS::Lambda::Alias'], aliasSchema)
    .filter(({ parsed }) => parsed.FunctionName === functionName)
    .map(({ parsed }) => parsed.Name);

/** The functions of the template. `assets` leads from an asset's hash to its folder. */
export const readFunctions = (
  stack: ResolvedStack,
  assets: ReadonlyMap<string, string>,
): readonly FunctionDefinition[] =>
  lambdasOf(stack).map((resource) => {
    const { parsed, logicalId } = resource;
    const assetDirectory = assets.get(parsed.Code.S3Key.replace(/\.zip$/, ''));
    if (assetDirectory === undefined) throw new Error(`${logicalId}: the assembly has no asset ${parsed.Code.S3Key}`);
    const name = constructName(resource);
    return {
      id: logicalId,
      name,
      functionName: resource.ref,
      arn: resource.attributes['Arn'] ?? '',
      aliases: aliasesOf(stack, resource.ref),
      assetDirectory,
      handler: parsed.Handler,
      timeoutSeconds: parsed.Timeout,
      memorySizeMb: parsed.MemorySize,
      runtime: parsed.Runtime,
      environment: parsed.Environment.Variables,
      reservedConcurrency: parsed.ReservedConcurrentExecutions,
      logFormat: parsed.LoggingConfig.LogFormat,
      logGroupName: parsed.LoggingConfig.LogGroup ?? `/aws/lambda/${resource.ref}`,
      roleArn: parsed.Role,
      accessKeyId: `ASIA${logicalId.toUpperCase()}`,
    };
  });

const invokeConfigSchema = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.string(),
  MaximumRetryAttempts: z.coerce.number().optional(),
  MaximumEventAgeInSeconds: z.unknown().optional(),
  DestinationConfig: z.strictObject({ OnFailure: z.object({ Destination: z.string() }).optional() }).default({}),
});

/** What happens to an asynchronous event that fails. */
export type AsyncSettings = {
  readonly maximumRetryAttempts?: number;
  readonly onFailure?: { readonly kind: 'destination' | 'dead-letter-queue'; readonly targetArn: string };
};

/** `$LATEST` is the function itself, which a caller names without a qualifier. */
const qualified = (arn: string, qualifier: string): string => (qualifier === '$LATEST' ? arn : `${arn}:${qualifier}`);

/** By the ARN that is invoked. A dead-letter queue is the function's; the other settings are those of one alias, or of none. */
export const readAsyncSettings = (stack: ResolvedStack): ReadonlyMap<string, AsyncSettings> => {
  const settings = new Map<string, AsyncSettings>();
  const arns = new Map<string, string>();
  for (const { ref, attributes, parsed } of lambdasOf(stack)) {
    const arn = attributes['Arn'] ?? '';
    const targetArn = parsed.DeadLetterConfig?.TargetArn;
    const own: AsyncSettings = targetArn === undefined ? {} : { onFailure: { kind: 'dead-letter-queue', targetArn } };
    for (const qualifier of ['$LATEST', ...aliasesOf(stack, ref)]) settings.set(qualified(arn, qualifier), own);
    arns.set(ref, arn);
  }
  for (const { logicalId, parsed } of resourcesOf(stack, ['AWS::Lambda::EventInvokeConfig'], invokeConfigSchema)) {
    const key = qualified(arns.get(parsed.FunctionName) ?? '', parsed.Qualifier);
    const found = settings.get(key);
    if (found === undefined) throw new Error(`${logicalId}: ${parsed.FunctionName} has no alias ${parsed.Qualifier}`);
    const targetArn = parsed.DestinationConfig.OnFailure?.Destination;
    settings.set(key, {
      ...found,
      ...(parsed.MaximumRetryAttempts === undefined ? {} : { maximumRetryAttempts: parsed.MaximumRetryAttempts }),
      ...(targetArn === undefined ? {} : { onFailure: { kind: 'destination', targetArn } }),
    });
  }
  return settings;
};
