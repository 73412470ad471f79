import { targetName } from '../targets/target-record.ts';
import { type Delivery, isSettled } from './model.ts';
import type { Wake } from './queue.ts';

/** What wakes the targets of those deliveries that wait and are due: one for each target, which names its deliveries. */
export const wakesOf = (deliveries: readonly Delivery[], now: Date): Wake[] => {
  const due = deliveries.filter((delivery) => !isSettled(delivery) && delivery.due_at <= now.toISOString());
  return [...Map.groupBy(due, ({ channel, target_key }) => targetName(channel, target_key))].map(
    ([target, waiting]) => ({ target, deliveries: waiting }),
  );
};
