/** What feeds the functions besides HTTP: event source mappings, topics, rules and schedules. */
import { z } from 'zod';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

const filterCriteriaSchema = z
  .object({ Filters: z.array(z.object({ Pattern: z.string() })).default([]) })
  .default({ Filters: [] });
const onFailureSchema = z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).default({});

/** Strict: a property that is not carried over to the local sources would be a wiring that only the cloud has. */
const mappingSchema = z.strictObject({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  Enabled: z.literal(true).optional(),
  BatchSize: z.coerce.number().optional(),
  MaximumBatchingWindowInSeconds: z.coerce.number().optional(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).optional(),
  FilterCriteria: filterCriteriaSchema,
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  BisectBatchOnFunctionError: z.boolean().default(false),
  MaximumRetryAttempts: z.coerce.number().optional(),
  MaximumRecordAgeInSeconds: z.coerce.number().optional(),
  ParallelizationFactor: z.coerce.number().optional(),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().optional() }).default({}),
  DestinationConfig: onFailureSchema,
  Tags: z.unknown().optional(),
});
export type MappingDefinition = z.output<typeof mappingSchema> & { logicalId: string };

export const readMappings = (stack: ResolvedStack): readonly MappingDefinition[] =>
  resourcesOf(stack, ['AWS::Lambda::EventSourceMapping'], mappingSchema).map(({ logicalId, parsed }) => ({
    logicalId,
    ...parsed,
  }));

const subscriptionSchema = z.strictObject({
  TopicArn: z.string(),
  Protocol: z.literal('lambda'),
  Endpoint: z.string(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string() }).optional(),
});
export type SubscriptionDefinition = z.output<typeof subscriptionSchema> & { arn: string };

export const readTopicArns = (stack: ResolvedStack): readonly string[] =>
  resourcesOf(stack, ['AWS::SNS::Topic'], z.object({})).map(({ ref }) => ref);

export const readSubscriptions = (stack: ResolvedStack): readonly SubscriptionDefinition[] =>
  resourcesOf(stack, ['AWS::SNS::Subscription'], subscriptionSchema).map(({ ref, parsed }) => ({
    arn: ref,
    ...parsed,
  }));

const ruleTargetSchema = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  Input: z.string().optional(),
  RetryPolicy: z.unknown().optional(),
  DeadLetterConfig: z.unknown().optional(),
});
const ruleSchema = z.object({
  ScheduleExpression: z.string(),
  State: z.literal('ENABLED').optional(),
  Targets: z.array(ruleTargetSchema),
});
const scheduleSchema = z.object({
  ScheduleExpression: z.string(),
  State: z.literal('ENABLED').optional(),
  FlexibleTimeWindow: z.unknown().optional(),
  Target: z.object({ Arn: z.string(), RoleArn: z.string(), Input: z.string().optional() }),
});

export type ScheduleDefinition = {
  readonly kind: 'rule' | 'schedule';
  readonly arn: string;
  readonly expression: string;
  readonly functionArn: string;
  readonly input?: string;
  /** A schedule invokes with a role; a rule needs the function's permission. */
  readonly roleArn?: string;
};

export const readSchedules = (stack: ResolvedStack): readonly ScheduleDefinition[] => {
  const rules = resourcesOf(stack, ['AWS::Events::Rule'], ruleSchema).flatMap(({ attributes, parsed }) =>
    parsed.Targets.map(
      ({ Arn, Input }): ScheduleDefinition => ({
        kind: 'rule',
        arn: attributes['Arn'] ?? '',
        expression: parsed.ScheduleExpression,
        functionArn: Arn,
        ...(Input === undefined ? {} : { input: Input }),
      }),
    ),
  );
  const schedules = resourcesOf(stack, ['AWS::Scheduler::Schedule'], scheduleSchema).map(
    ({ attributes, parsed }): ScheduleDefinition => ({
      kind: 'schedule',
      arn: attributes['Arn'] ?? '',
      expression: parsed.ScheduleExpression,
      functionArn: parsed.Target.Arn,
      roleArn: parsed.Target.RoleArn,
      ...(parsed.Target.Input === undefined ? {} : { input: parsed.Target.Input }),
    }),
  );
  return [...rules, ...schedules];
};
