import * as z from 'zod/mini';

/**
 * Work of the background function, a bounded page each. All of it can be done again without harm.
 * - `plan-recheck`: cut the catalogue after `after` into stretches, a `recheck` job each.
 * - `recheck`: compute the standard gate anew for the products after `after`, up to and with `up_to`.
 * - `clean-up`: delete what is left of a deleted product.
 * - `clean-up-notification`: delete the deliveries of a deleted notification and the marks of its readers.
 * - `migrate`: migrate the products after `after`, and at the end the settings, to this version's format.
 * - `close-window`: tell of what an exception's window held back, if no further one told it before.
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
]);

export type Job = z.infer<typeof jobSchema>;
export type JobOf<Kind extends Job['kind']> = Extract<Job, { kind: Kind }>;
