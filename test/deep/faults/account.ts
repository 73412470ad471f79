import * as z from 'zod/mini';
import type { Delivery } from '../../../core/deliveries/model.ts';
import { parseDelivery } from '../../../core/deliveries/store/delivery-item.ts';
import { notificationSchema } from '../../../core/notifications/model.ts';
import { isTombstone } from '../../../core/notifications/store/tombstone.ts';
import type { Taken } from './sim/outside.ts';
import type { Simulation, Written } from './sim/simulation.ts';
import type { Item } from './sim/table-engine.ts';

const keyed = z.looseObject({ pk: z.string(), sk: z.string() });
const told = z.extend(notificationSchema, { fanned_out_at: z.optional(z.string()) });
const letter = z.object({ notification_id: z.string(), delivery_id: z.string(), retry_of: z.string() });

export type Account = ReturnType<typeof accountOf>;

/** Which of a notification's targets this is, by the names that scenarios give them. */
const targetName = (target: string): string => {
  if (target.includes('@')) return target;
  return target.startsWith('https://hooks.slack.com/') ? 'slack' : 'ms_teams';
};

const deliveryTarget = ({ channel, target }: { channel: string; target: string }): string =>
  channel === 'email' ? target : channel;

/** A delivery, by the name that scenarios give its target. */
export type Row = Delivery & { readonly name: string };

/** What one taken message says of one notification, at which of its targets. */
export type Message = Taken & { readonly name: string; readonly notificationId: string };

const isDelivery = (item: Item | null): item is Item => String(item?.['sk'] ?? '').startsWith('DELIVERY#');

/** Everything that is known at the end of a run: what is in the table, what was written, sent and left in queues. */
export const accountOf = (simulation: Simulation, items: readonly Item[]) => {
  const all = items.map((item) => keyed.parse(item));
  const notifications = all
    .filter((item) => item.sk === 'NOTIFICATION' && !isTombstone(item))
    .map((item) => told.parse(item));
  const deliveries: Row[] = all
    .filter(isDelivery)
    .map(parseDelivery)
    .map((of) => ({ ...of, name: deliveryTarget(of) }));
  const messages: Message[] = simulation.outside.taken.flatMap((of) =>
    of.notificationIds.map((notificationId) => ({ ...of, notificationId, name: targetName(of.target) })),
  );
  const queued = [...simulation.queues.values()].map(({ definition, bodies }) => ({ definition, bodies }));
  const letters = queued
    .filter(({ definition }) => definition.logicalId.startsWith('DeliveryQueueDeadLetters'))
    .flatMap(({ bodies }) => bodies.map((body) => letter.parse(JSON.parse(body))));
  /** Whether the function that sent a message wrote down, afterwards, what came of it. */
  const isSettled = ({ by, at, notificationId, name }: Message): boolean =>
    simulation.journal.slice(at).some(({ by: writer, after }) => {
      if (writer !== by || !isDelivery(after)) return false;
      const of = parseDelivery(after);
      return of.notification_id === notificationId && deliveryTarget(of) === name && of.status === 'sent';
    });
  return { all, notifications, deliveries, messages, letters, queued, isSettled, simulation };
};

/** Writes to items of one kind, by their sort key. */
export const writesOf = ({ simulation }: Account, sortKey: string): Written[] =>
  simulation.journal.filter(({ before, after }) => (after ?? before)?.['sk'] === sortKey);
