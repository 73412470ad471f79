/** Starts what feeds the functions, as the template's mappings, subscriptions and schedules say. */

import { isAllowed } from './aws-proxy/policy.ts';
import { type FunctionDefinition, type FunctionReference, findFunction } from './functions/function-definition.ts';
import type { FedByStream } from './move-clock.ts';
import { demand, demandPermission, type PermissionDeps } from './source-permissions.ts';
import type { AsyncTarget } from './sources/async-invoke.ts';
import type { EventSource, SourceDeps } from './sources/event-source.ts';
import { compileFilter } from './sources/filter-pattern.ts';
import { type QueueSource, startQueueSource } from './sources/queue-source.ts';
import { requiredActions } from './sources/required-actions.ts';
import { startScheduleSource } from './sources/schedule-source.ts';
import type { StreamPositions } from './sources/stream-positions.ts';
import { type StreamSource, startStreamSource } from './sources/stream-source.ts';
import { startTopicSource, type TopicSource } from './sources/topic-source.ts';
import { type AsyncSettings, readAsyncSettings } from './template/read-functions.ts';
import type { QueueDefinition } from './template/read-queues.ts';
import {
  type MappingDefinition,
  readMappings,
  readSchedules,
  readSubscriptions,
  readTopicArns,
} from './template/read-sources.ts';
import type { TableDefinition } from './template/read-tables.ts';
import type { ResolvedStack } from './template/resolved-stack.ts';

export type SourcesDeps = SourceDeps &
  PermissionDeps & {
    readonly stack: ResolvedStack;
    readonly functions: readonly FunctionDefinition[];
    readonly tables: readonly TableDefinition[];
    readonly queues: readonly QueueDefinition[];
    readonly dynamodbUrl: string;
    readonly sqsUrl: string;
    enabled(functionId: string): Promise<void>;
    clockOffsetMs(): number;
    readonly positions: StreamPositions;
  };

type NamedSource = { readonly name: string; readonly source: EventSource };

export type Sources = {
  readonly all: readonly NamedSource[];
  readonly streams: readonly FedByStream[];
  readonly queues: readonly { readonly queue: QueueDefinition; readonly source: QueueSource }[];
  readonly topics: TopicSource;
};

export const startSources = async (deps: SourcesDeps): Promise<Sources> => {
  const mappings = readMappings(deps.stack);
  const streams: (NamedSource & FedByStream)[] = [];
  const queues: Sources['queues'][number][] = [];
  for (const mapping of mappings) {
    const reference = functionOf(deps, mapping.FunctionName);
    const queue = deps.queues.find(({ arn }) => arn === mapping.EventSourceArn);
    const table = deps.tables.find(({ streamArn }) => streamArn === mapping.EventSourceArn);
    if (queue !== undefined)
      queues.push({ queue, source: await feedFromQueue(deps, mapping, reference.target, queue) });
    else if (table !== undefined) {
      const source = await feedFromStream(deps, mapping, reference, table);
      const { target } = reference;
      streams.push({ name: `stream of ${table.name} → ${target.name}`, functionId: target.id, source });
    } else throw new Error(`${mapping.logicalId}: the local stack has no event source ${mapping.EventSourceArn}`);
  }
  const topics = await startTopicSource(topicConfigs(deps), deps);
  const schedules = startSchedules(deps);
  const fromQueues = queues.map(({ queue, source }) => ({ name: `queue ${queue.name}`, source }));
  return {
    all: [...streams, ...fromQueues, { name: 'topics', source: topics }, ...schedules],
    streams,
    queues,
    topics,
  };
};

const functionOf = ({ functions }: SourcesDeps, nameOrArn: string): FunctionReference => {
  const found = findFunction(functions, nameOrArn);
  if (found === undefined) throw new Error(`the template has no function ${nameOrArn}`);
  return found;
};

/** URL of the queue at the engine itself: event sources don't pass the AWS proxy. */
const queueUrl = (deps: SourcesDeps, arn: string): string => {
  const queue = deps.queues.find((candidate) => candidate.arn === arn);
  if (queue === undefined)
    throw new Error(`the local stack sends failures to queues only, and has none with the ARN ${arn}`);
  return `${deps.sqsUrl}${new URL(queue.url).pathname}`;
};

const given = <K extends string, V>(key: K, value: V | undefined) => (value === undefined ? {} : { [key]: value });

const feedFromQueue = (
  deps: SourcesDeps,
  mapping: MappingDefinition,
  target: FunctionDefinition,
  queue: QueueDefinition,
): Promise<QueueSource> => {
  demand(deps, target, requiredActions.queue, [queue.arn]);
  return startQueueSource(
    {
      functionId: target.id,
      queueUrl: queueUrl(deps, queue.arn),
      queueArn: queue.arn,
      filters: mapping.FilterCriteria.Filters.map(({ Pattern }) => compileFilter(Pattern)),
      reportBatchItemFailures: mapping.FunctionResponseTypes.length > 0,
      ...given('batchSize', mapping.BatchSize),
      ...given('maximumBatchingWindowSeconds', mapping.MaximumBatchingWindowInSeconds),
      ...given('maximumConcurrency', mapping.ScalingConfig.MaximumConcurrency),
    },
    deps,
  );
};

const feedFromStream = (
  deps: SourcesDeps,
  mapping: MappingDefinition,
  { target, invokedArn }: FunctionReference,
  table: TableDefinition,
): Promise<StreamSource> => {
  demand(deps, target, requiredActions.stream, [table.streamArn]);
  demand(deps, target, requiredActions.streamList, ['*', table.streamArn]);
  if (mapping.StartingPosition === undefined)
    throw new Error(`${mapping.logicalId}: a stream needs a StartingPosition`);
  const failures = mapping.DestinationConfig.OnFailure?.Destination;
  if (failures !== undefined) demand(deps, target, requiredActions.failureQueue, [failures]);
  return startStreamSource(
    {
      functionId: target.id,
      functionArn: invokedArn,
      tableName: table.name,
      streamArn: table.streamArn,
      startingPosition: mapping.StartingPosition,
      filters: mapping.FilterCriteria.Filters.map(({ Pattern }) => compileFilter(Pattern)),
      reportBatchItemFailures: mapping.FunctionResponseTypes.length > 0,
      bisectBatchOnFunctionError: mapping.BisectBatchOnFunctionError,
      ...given('batchSize', mapping.BatchSize),
      ...given('maximumBatchingWindowSeconds', mapping.MaximumBatchingWindowInSeconds),
      ...given('maximumRetryAttempts', mapping.MaximumRetryAttempts),
      ...given('maximumRecordAgeSeconds', mapping.MaximumRecordAgeInSeconds),
      ...given('parallelizationFactor', mapping.ParallelizationFactor),
      ...given('failureQueueUrl', failures === undefined ? undefined : queueUrl(deps, failures)),
    },
    deps,
  );
};

/** What becomes of an asynchronous event of this function that fails. */
const asyncTarget = (
  deps: SourcesDeps,
  { target, invokedArn }: FunctionReference,
  settings: ReadonlyMap<string, AsyncSettings>,
): AsyncTarget => {
  const { maximumRetryAttempts, onFailure } = settings.get(invokedArn) ?? {};
  if (onFailure !== undefined) demand(deps, target, requiredActions.failureQueue, [onFailure.targetArn]);
  return {
    functionId: target.id,
    functionArn: invokedArn,
    ...given('maximumRetryAttempts', maximumRetryAttempts),
    ...(onFailure === undefined
      ? {}
      : { onFailure: { kind: onFailure.kind, queueUrl: queueUrl(deps, onFailure.targetArn) } }),
  };
};

const topicConfigs = (deps: SourcesDeps) => {
  const settings = readAsyncSettings(deps.stack);
  const subscriptions = readSubscriptions(deps.stack);
  return readTopicArns(deps.stack).map((topicArn) => ({
    topicArn,
    subscribers: subscriptions
      .filter((subscription) => subscription.TopicArn === topicArn)
      .map(({ arn, Endpoint, RedrivePolicy }) => {
        const reference = functionOf(deps, Endpoint);
        demandPermission(deps, reference, 'sns.amazonaws.com', topicArn);
        // SNS puts there what it can't hand over; here function and topic are one process, and nothing comes between.
        if (RedrivePolicy !== undefined) queueUrl(deps, RedrivePolicy.deadLetterTargetArn);
        return { ...asyncTarget(deps, reference, settings), subscriptionArn: arn };
      }),
  }));
};

const startSchedules = (deps: SourcesDeps): readonly NamedSource[] => {
  const settings = readAsyncSettings(deps.stack);
  return readSchedules(deps.stack).map(({ kind, arn, expression, functionArn, input, roleArn }) => {
    const reference = functionOf(deps, functionArn);
    const invocation = { action: 'lambda:InvokeFunction', resources: [reference.invokedArn] };
    if (roleArn === undefined) demandPermission(deps, reference, 'events.amazonaws.com', arn);
    else if (!isAllowed(deps.roles.get(roleArn) ?? [], invocation)) {
      throw new Error(`${arn}: its role may not invoke ${reference.target.name}`);
    }
    const parsedInput: unknown = input === undefined ? undefined : JSON.parse(input);
    const config = { ...asyncTarget(deps, reference, settings), arn, kind, expression, ...given('input', parsedInput) };
    return { name: `schedule ${arn}`, source: startScheduleSource(config, deps) };
  });
};
