import { z } from 'zod';
import type { FunctionDefinition } from '../functions/function-definition.ts';
import type { Invoke } from '../lambda.ts';
import type { Metrics } from './metrics.ts';

/** A batch of a stream; seconds since the epoch. */
const streamBatchSchema = z.object({
  Records: z
    .array(
      z.object({
        eventSource: z.literal('aws:dynamodb'),
        dynamodb: z.object({ ApproximateCreationDateTime: z.number() }),
      }),
    )
    .min(1),
});

export type CountDeps = {
  readonly functions: readonly FunctionDefinition[];
  readonly metrics: Metrics;
  now(): Date;
};

/**
 * The same invocation, counted as Lambda counts it: `IteratorAge`, that of the batch's last record, exists only where a mapping
 * invokes. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export const countInvocations = (invoke: Invoke, { functions, metrics, now }: CountDeps): Invoke => {
  const names = new Map(functions.map(({ id, functionName }) => [id, functionName]));
  return async (functionId, event) => {
    const count = (name: string, value: number) =>
      metrics.record(
        { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: names.get(functionId) ?? functionId } },
        value,
      );
    count('Invocations', 1);
    const batch = streamBatchSchema.safeParse(event);
    const last = batch.data?.Records.at(-1)?.dynamodb.ApproximateCreationDateTime;
    if (last !== undefined) count('IteratorAge', Math.max(0, now().getTime() - last * 1_000));
    const result = await invoke(functionId, event);
    count('Errors', result.kind === 'error' ? 1 : 0);
    return result;
  };
};
