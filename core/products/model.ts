import * as z from 'zod/mini';
import { fieldInputs, fromFields } from '../channels/fields.ts';
import { type Channels, channelsSchema, NO_CHANNELS } from '../channels/model.ts';
import type { WebhookPolicy } from '../channels/webhook-address.ts';
import { exceededSchema, thresholdSchema } from '../gates/model.ts';
import { observationCountsSchema } from '../gates/severity.ts';
import { shownNameSchema } from '../platform/text/shown-name.ts';
import { storedTextSchema } from '../platform/text/stored-text.ts';

const thresholds = {
  security_gate_threshold_critical: z.nullable(thresholdSchema),
  security_gate_threshold_high: z.nullable(thresholdSchema),
  security_gate_threshold_medium: z.nullable(thresholdSchema),
  security_gate_threshold_low: z.nullable(thresholdSchema),
  security_gate_threshold_none: z.nullable(thresholdSchema),
  security_gate_threshold_unknown: z.nullable(thresholdSchema),
};

const productName = shownNameSchema.check(z.trim(), z.minLength(1), z.maxLength(255));

/** The fields of a product that a caller may set. */
const editable = (policy: WebhookPolicy) =>
  z.strictObject({
    name: productName,
    description: storedTextSchema.check(z.maxLength(4_096)),
    ...fieldInputs('notification', policy),
    security_gate_active: z.nullable(z.boolean()),
    ...thresholds,
  });

const gatherChannels = fromFields('notification');

/** Body of `POST /api/products`: only the name is demanded. */
export const productCreation = (policy: WebhookPolicy) =>
  z.pipe(z.required(z.partial(editable(policy)), { name: true }), z.transform(gatherChannels));

/** Body of `PATCH /api/products/{product_id}`: any of the fields, and at least one. */
export const productChange = (policy: WebhookPolicy) =>
  z.pipe(
    z
      .partial(editable(policy))
      .check(z.refine((change) => Object.keys(change).length > 0, 'At least one field is required')),
    z.transform(gatherChannels),
  );

export type ProductCreation = z.infer<ReturnType<typeof productCreation>>;
export type ProductChange = z.infer<ReturnType<typeof productChange>>;

type Encrypted = { readonly channels?: Channels };

/** A creation, or a change, that may be written. */
export type EncryptedCreation = Omit<ProductCreation, 'channels'> & Encrypted;
export type EncryptedChange = Omit<ProductChange, 'channels'> & Encrypted;

/** A product as it is kept. The fields below `security_gate_passed` are the house's own and never shown. */
export const productSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  created: z.string(),
  updated: z.string(),
  /** Where its messages are sent. */
  channels: channelsSchema,
  security_gate_active: z.nullable(z.boolean()),
  ...thresholds,
  observation_counts: observationCountsSchema,
  security_gate_passed: z.nullable(z.boolean()),
  /** Counts the writes of this item, from 1. */
  version: z.int(),
  /** `gate_version` of the settings that the gate was computed with. */
  settings_gate_version: z.int(),
  /** The id of the notification of its newest gate change, written with that change; null where the gate never changed. */
  gate_notification_id: z.nullable(z.string()),
  /** Why the gate failed when it was last written. */
  gate_exceeded: z.array(exceededSchema),
  /** Who made the last write. */
  updated_by: z.string(),
  /** The request that it came of. */
  request_id: z.nullable(z.string()),
  owner_count: z.int(),
  /** The format of its item, where that is another than is written now (docs/adr/012). */
  format: z.optional(z.int()),
});

export type Product = z.infer<typeof productSchema>;

/** A new product's fields where the caller sets none. */
export const PRODUCT_DEFAULTS = {
  description: '',
  channels: NO_CHANNELS,
  security_gate_active: null,
  security_gate_threshold_critical: null,
  security_gate_threshold_high: null,
  security_gate_threshold_medium: null,
  security_gate_threshold_low: null,
  security_gate_threshold_none: null,
  security_gate_threshold_unknown: null,
} as const;

/** Names are equal when they fold to the same text: compatibility forms, case and outer blanks do not tell them apart. */
export const foldName = (name: string): string => name.normalize('NFKC').trim().toUpperCase().toLowerCase();
