import { restarted } from '../../core/deliveries/lifecycle.ts';
import type { Delivery, DeliveryName, DeliveryRef } from '../../core/deliveries/model.ts';
import type { DeliveryChange } from '../../core/deliveries/store/change-deliveries.ts';
import { type TargetName, targetName } from '../../core/targets/target-record.ts';
import type { RequestOf } from './batch.ts';

export type RestartDeps = {
  /** Null if the delivery was deleted. */
  readonly readDelivery: (ref: DeliveryRef) => Promise<Delivery | null>;
  readonly changeDeliveries: (changes: readonly DeliveryChange[]) => Promise<ReadonlySet<DeliveryName>>;
  /** Lets a failing target be tried at once. */
  readonly endBackOff: (target: TargetName) => Promise<void>;
  readonly now: () => Date;
};

/** A target to serve, and the delivery that waits for it again. */
export type Restarted = {
  readonly messageId: string;
  readonly target: TargetName;
  readonly deliveries: readonly DeliveryRef[];
};

/**
 * Lets a failed or skipped delivery wait for its target again, if the message is about its present failure. Of several such
 * messages one restarts it; one that comes again finds it waiting, and serves its target. Null if there is nothing to do.
 */
export const restart = async (
  deps: RestartDeps,
  { messageId, message }: RequestOf<'retry'>,
): Promise<Restarted | null> => {
  const delivery = await deps.readDelivery(message);
  if (delivery === null) return null;
  const target = targetName(delivery.channel, delivery.target_key);
  const isOfThisEnd = delivery.settled_at === message.retry_of && delivery.status !== 'sent';
  if (isOfThisEnd) {
    await deps.changeDeliveries([{ before: delivery, after: restarted(delivery, deps.now()) }]);
    await deps.endBackOff(target);
  } else if (delivery.settled_at !== null) return null;
  return { messageId, target, deliveries: [delivery] };
};
