import * as z from 'zod/mini';
import { targetNameSchema } from '../targets/target-record.ts';

/**
 * A job of the background function: a page of work of bounded size. Every job can be repeated safely.
 * - `plan-recheck`: divide the product index after `after` into ranges, and send a `recheck` job for each.
 * - `recheck`: re-evaluate the default gate of the products after `after`, up to and including `up_to`.
 * - `clean-up`: delete the leftovers of a deleted product.
 * - `clean-up-notification`: delete the deliveries and viewed marks of a deleted notification.
 * - `migrate`: migrate the products after `after`, and at the end the settings, to this version's format.
 * - `close-window`: report the held-back exceptions of a closed window, unless a further exception reported them.
 * - `expire`: delete the notifications of a timeline partition, after `after`, that are older than the retention; until `until`,
 *   when the next run starts. Null: the first job of a run.
 * - `reroute`: apply the changed channels, schedules, and mutes of a product, or of the settings (null), to deliveries that wait
 *   for these targets.
 */
export const jobSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plan-recheck'), gate_version: z.int(), after: z.nullable(z.string()) }),
  z.strictObject({
    kind: z.literal('recheck'),
    gate_version: z.int(),
    after: z.nullable(z.string()),
    up_to: z.string(),
  }),
  z.strictObject({ kind: z.literal('migrate'), after: z.nullable(z.string()) }),
  z.strictObject({ kind: z.literal('clean-up'), product_id: z.string() }),
  z.strictObject({ kind: z.literal('clean-up-notification'), notification_id: z.string() }),
  z.strictObject({ kind: z.literal('close-window'), fingerprint: z.string(), opened_at: z.string() }),
  z.strictObject({
    kind: z.literal('expire'),
    shard: z.int(),
    after: z.nullable(z.string()),
    until: z.nullable(z.string()),
  }),
  z.strictObject({
    kind: z.literal('reroute'),
    product_id: z.nullable(z.string()),
    targets: z.array(targetNameSchema),
  }),
]);

export type Job = z.infer<typeof jobSchema>;
export type JobOf<Kind extends Job['kind']> = Extract<Job, { kind: Kind }>;
