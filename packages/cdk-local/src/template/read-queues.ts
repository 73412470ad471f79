import { z } from 'zod';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

const redriveSchema = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });

/** Strict, and without FIFO properties: the stack has no such queue. */
const queuePropertiesSchema = z.strictObject({
  QueueName: z.string().optional(),
  DelaySeconds: z.coerce.number().optional(),
  MaximumMessageSize: z.coerce.number().optional(),
  MessageRetentionPeriod: z.coerce.number().optional(),
  ReceiveMessageWaitTimeSeconds: z.coerce.number().optional(),
  VisibilityTimeout: z.coerce.number().optional(),
  RedrivePolicy: redriveSchema.optional(),
  // Of no account on one machine.
  RedriveAllowPolicy: z.unknown().optional(),
  KmsMasterKeyId: z.unknown().optional(),
  KmsDataKeyReusePeriodSeconds: z.unknown().optional(),
  SqsManagedSseEnabled: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

export type QueueDefinition = z.output<typeof queuePropertiesSchema> & {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Through the AWS proxy, as the functions see it. */
  readonly url: string;
  /** Another queue moves here what could not be done. */
  readonly isDeadLetterQueue: boolean;
};

/** The queues, dead-letter queues before the queues that redrive into them. */
export const readQueues = (stack: ResolvedStack): readonly QueueDefinition[] => {
  const resources = resourcesOf(stack, ['AWS::SQS::Queue'], queuePropertiesSchema);
  const targets = new Set(resources.map(({ parsed }) => parsed.RedrivePolicy?.deadLetterTargetArn));
  const queues = resources.map(({ logicalId, ref, attributes, parsed }) => ({
    ...parsed,
    logicalId,
    name: attributes['QueueName'] ?? '',
    arn: attributes['Arn'] ?? '',
    url: ref,
    isDeadLetterQueue: targets.has(attributes['Arn'] ?? ''),
  }));
  // A dead-letter queue may itself redrive further: count how far each is from the end of its chain.
  const depth = (queue: QueueDefinition, seen = 0): number => {
    const next = queues.find(({ arn }) => arn === queue.RedrivePolicy?.deadLetterTargetArn);
    if (next === undefined) return 0;
    if (seen > queues.length) throw new Error(`${queue.logicalId}: its redrive policy leads back to itself`);
    return 1 + depth(next, seen + 1);
  };
  return queues.toSorted((a, b) => depth(a) - depth(b));
};
