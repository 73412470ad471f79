import { INDEX } from '../../contract.ts';
import { deliveryKey, sweepShard } from '../../keys.ts';
import type { Operation, Table } from '../../platform/dynamodb/table.ts';
import { type Operations, transact } from '../../platform/dynamodb/transact.ts';
import type { LineUse } from '../../targets/send-slots.ts';
import { useLine } from '../../targets/store/send-slots.ts';
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

/** A change that uses a slot of a line; `line` is null for one that needs no slot. */
export type SlottedChange = DeliveryChange & { readonly line: string | null };

/** The changes that weren't written: of deliveries that changed meanwhile, and those whose line refused. */
type LeftOut = { readonly overtaken: ReadonlySet<DeliveryName>; readonly refused: ReadonlySet<string> };

type LineLabel = `line ${string}`;
const lineLabel = (name: string): LineLabel => `line ${name}`;

/**
 * Writes changes of distinct deliveries and the use of their lines in one transaction. Leaves out deliveries that were
 * changed or deleted since they were read, and those whose line refused, and writes the others.
 */
export const writeClaims = async (
  table: Table,
  {
    turns,
    uses,
    now,
  }: { readonly turns: readonly SlottedChange[]; readonly uses: readonly LineUse[]; readonly now: Date },
): Promise<LeftOut> => {
  const overtaken = new Set<DeliveryName>();
  const refused = new Set<string>();
  for (;;) {
    const pending = turns.filter(
      ({ before, line }) => !overtaken.has(deliveryName(before)) && (line === null || !refused.has(line)),
    );
    if (pending.length === 0) return { overtaken, refused };
    const pendingUses = uses.filter(({ line }) => pending.some((turn) => turn.line === line.name));
    // Many senders may need the same line: its deliveries wait for a slot then, and the others aren't held up.
    const taken = new Set<string>(
      pendingUses.flatMap(({ kind, line }) => (kind === 'take' ? lineLabel(line.name) : [])),
    );
    const outcome = await transact<DeliveryName | LineLabel>(
      table,
      [
        ...pending.map((turn): Operations<DeliveryName> => ({ [deliveryName(turn.before)]: change(table, turn) })),
        ...pendingUses.map((use): Operations<LineLabel> => ({ [lineLabel(use.line.name)]: useLine(table, use, now) })),
      ],
      (label) => taken.has(label),
    );
    if (outcome.kind === 'written') return { overtaken, refused };
    const { failed } = outcome;
    for (const { before } of pending) if (failed.has(deliveryName(before))) overtaken.add(deliveryName(before));
    for (const { line } of pendingUses) if (failed.has(lineLabel(line.name))) refused.add(line.name);
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
  const turns = changes.map((entry) => ({ ...entry, line: null }));
  // The time is only needed for lines.
  return (await writeClaims(table, { turns, uses: [], now: new Date(0) })).overtaken;
};
