import { INDEX } from '../../contract.ts';
import { deliveryKey, sweepShard } from '../../keys.ts';
import type { Operation, Table } from '../../platform/dynamodb/table.ts';
import { type Operations, transact } from '../../platform/dynamodb/transact.ts';
import type { SlotUse } from '../../targets/send-slots.ts';
import { useSlots } from '../../targets/store/send-slots.ts';
import { type Delivery, type DeliveryName, deliveryName } from '../model.ts';

/** A claim or a settlement: the delivery as it was read or claimed, and its next state. */
export type DeliveryChange = { readonly before: Delivery; readonly after: Delivery };

/** The attributes that a claim or a settlement may change. */
const CHANGING = [
  'status',
  'target',
  'target_key',
  'attempts',
  'throttles',
  'last_error',
  'reason_code',
  'updated',
  'next_attempt_at',
  'has_slot',
  'claim',
  'lease_until',
  'settled_at',
  'is_dead_lettered',
  'sweeps',
] as const satisfies readonly (keyof Delivery)[];

/** A settled delivery leaves the sweeper's index. */
const sweepUpdate = ({ sweep_at, notification_id }: Delivery) =>
  sweep_at === null
    ? { clause: ` REMOVE ${INDEX.sweep.partitionKey}, ${INDEX.sweep.sortKey}`, values: {} }
    : {
        clause: `, ${INDEX.sweep.partitionKey} = :shard, ${INDEX.sweep.sortKey} = :sweep_at`,
        values: { ':shard': sweepShard(notification_id), ':sweep_at': sweep_at },
      };

/** Always written: a settlement's `before` has the target of the attempt, which the claim hasn't stored. */
const ALWAYS: ReadonlySet<string> = new Set(['target', 'target_key', 'updated']);

/** Writes changed attributes only: a request holds ten deliveries, and this keeps it small. */
const change = (table: Table, { before, after }: DeliveryChange): Operation => {
  const changed = CHANGING.filter((name) => ALWAYS.has(name) || before[name] !== after[name]);
  const { clause, values } = sweepUpdate(after);
  return {
    Update: {
      TableName: table.name,
      Key: deliveryKey(before.notification_id, before.delivery_id),
      UpdateExpression: `SET ${changed.map((name) => `#${name} = :${name}`).join(', ')}${clause}`,
      // A claim is never reused, so it identifies the version that was read. A deleted item has none.
      ConditionExpression: '#claim = :seen AND #status = :was',
      ExpressionAttributeNames: Object.fromEntries(['claim', 'status', ...changed].map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(changed.map((name) => [`:${name}`, after[name]])),
        ':seen': before.claim,
        ':was': before.status,
        ...values,
      },
    },
  };
};

/** A change that needs a send slot; `rateLimitName` is null if it needs none. */
export type LimitedChange = DeliveryChange & { readonly rateLimitName: string | null };

/** The changes that weren't written: of deliveries that changed meanwhile, and those whose rate limit has no free slot. */
type LeftOut = { readonly overtaken: ReadonlySet<DeliveryName>; readonly refused: ReadonlySet<string> };

type SlotsLabel = `slots ${string}`;
const slotsLabel = (name: string): SlotsLabel => `slots ${name}`;

/**
 * Writes changes of distinct deliveries and uses their send slots, in one transaction. Leaves out deliveries that were
 * changed or deleted since they were read, and those whose rate limit has no free slot, and writes the others.
 */
export const writeClaims = async (
  table: Table,
  {
    changes,
    uses,
    now,
  }: { readonly changes: readonly LimitedChange[]; readonly uses: readonly SlotUse[]; readonly now: Date },
): Promise<LeftOut> => {
  const overtaken = new Set<DeliveryName>();
  const refused = new Set<string>();
  for (;;) {
    const pending = changes.filter(
      ({ before, rateLimitName }) =>
        !overtaken.has(deliveryName(before)) && (rateLimitName === null || !refused.has(rateLimitName)),
    );
    if (pending.length === 0) return { overtaken, refused };
    const pendingUses = uses.filter(({ rateLimit }) =>
      pending.some(({ rateLimitName }) => rateLimitName === rateLimit.name),
    );
    // On a conflict about slots, its deliveries reserve slots later, and the others aren't delayed.
    const taken = new Set<string>(
      pendingUses.flatMap(({ kind, rateLimit }) => (kind === 'from-now' ? slotsLabel(rateLimit.name) : [])),
    );
    const outcome = await transact<DeliveryName | SlotsLabel>(
      table,
      [
        ...pending.map((entry): Operations<DeliveryName> => ({ [deliveryName(entry.before)]: change(table, entry) })),
        ...pendingUses.map(
          (use): Operations<SlotsLabel> => ({ [slotsLabel(use.rateLimit.name)]: useSlots(table, use, now) }),
        ),
      ],
      (label) => taken.has(label),
    );
    if (outcome.kind === 'written') return { overtaken, refused };
    const { failed } = outcome;
    for (const { before } of pending) if (failed.has(deliveryName(before))) overtaken.add(deliveryName(before));
    for (const { rateLimit } of pendingUses) if (failed.has(slotsLabel(rateLimit.name))) refused.add(rateLimit.name);
  }
};

/**
 * Writes changes of distinct deliveries in one transaction. Returns the deliveries that were changed or deleted since they
 * were read: they are left out, and the others are written.
 */
export const changeDeliveries = async (
  table: Table,
  changes: readonly DeliveryChange[],
): Promise<ReadonlySet<DeliveryName>> => {
  const unlimited = changes.map((entry) => ({ ...entry, rateLimitName: null }));
  // The time is only needed for send slots.
  return (await writeClaims(table, { changes: unlimited, uses: [], now: new Date(0) })).overtaken;
};
