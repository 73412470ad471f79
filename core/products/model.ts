import * as z from 'zod/mini';
import { fieldInputs, fromFields } from '../channels/fields.ts';
import { type Channels, channelsSchema, NO_CHANNELS } from '../channels/model.ts';
import type { WebhookPolicy } from '../channels/webhook-address.ts';
import { exceededSchema, thresholdSchema } from '../gates/model.ts';
import { observationCountsSchema } from '../gates/severity.ts';
import { shownNameSchema } from '../platform/text/shown-name.ts';
import { storedTextSchema } from '../platform/text/stored-text.ts';
import { wholeNumberSchema } from '../platform/whole-number.ts';
import { fromRouteFields, routeInputs } from '../targets/route-fields.ts';
import { mutesSchema, NO_ROUTES, schedulesSchema } from '../targets/routes.ts';

const thresholds = {
  security_gate_threshold_critical: z.nullable(thresholdSchema),
  security_gate_threshold_high: z.nullable(thresholdSchema),
  security_gate_threshold_medium: z.nullable(thresholdSchema),
  security_gate_threshold_low: z.nullable(thresholdSchema),
  security_gate_threshold_none: z.nullable(thresholdSchema),
  security_gate_threshold_unknown: z.nullable(thresholdSchema),
};

const storedThresholdSchema = z._default(z.nullable(thresholdSchema), null);

/** As an item has them: one above 1 KB costs a write unit more, so it leaves out those that aren't set. */
const storedThresholds = {
  security_gate_threshold_critical: storedThresholdSchema,
  security_gate_threshold_high: storedThresholdSchema,
  security_gate_threshold_medium: storedThresholdSchema,
  security_gate_threshold_low: storedThresholdSchema,
  security_gate_threshold_none: storedThresholdSchema,
  security_gate_threshold_unknown: storedThresholdSchema,
};

const productNameSchema = shownNameSchema.check(z.trim(), z.minLength(1), z.maxLength(255));

/** Up to a year. */
const expectedHoursSchema = wholeNumberSchema(8_760, 1);

/** The fields of a product that a caller may set. */
const editableSchema = (policy: WebhookPolicy, now: () => Date) =>
  z.strictObject({
    name: productNameSchema,
    description: storedTextSchema.check(z.maxLength(4_096)),
    ...fieldInputs('notification', policy),
    ...routeInputs('notification', now),
    security_gate_active: z.nullable(z.boolean()),
    ...thresholds,
    report_expected_hours: z.nullable(expectedHoursSchema).register(z.globalRegistry, {
      description:
        "Hours after the last report in which the next one is expected. When none comes, the product's channels are notified once. Null: never.",
    }),
  });

const collectChannels = fromFields('notification');
const collectRoutes = fromRouteFields('notification');

/** Body of `POST /api/products`: only the name is required. */
export const productCreationSchema = (policy: WebhookPolicy, now: () => Date) =>
  z.pipe(
    z.pipe(z.required(z.partial(editableSchema(policy, now)), { name: true }), z.transform(collectChannels)),
    z.transform(collectRoutes),
  );

/** Body of `PATCH /api/products/{product_id}`: any of the fields, and at least one. */
export const productChangeSchema = (policy: WebhookPolicy, now: () => Date) =>
  z.pipe(
    z.pipe(
      z
        .partial(editableSchema(policy, now))
        .check(z.refine((change) => Object.keys(change).length > 0, 'At least one field is required')),
      z.transform(collectChannels),
    ),
    z.transform(collectRoutes),
  );

export type ProductCreation = z.infer<ReturnType<typeof productCreationSchema>>;
export type ProductChange = z.infer<ReturnType<typeof productChangeSchema>>;

type Encrypted = { readonly channels?: Channels };

/** A creation or change with its channels as they are stored. */
export type EncryptedCreation = Omit<ProductCreation, 'channels'> & Encrypted;
export type EncryptedChange = Omit<ProductChange, 'channels'> & Encrypted;

/** The check whether a product's next report is overdue: the sweeper makes it when the report is due. */
const reportCheckSchema = z.object({
  /** The version of the product that planned it. Others are obsolete. */
  version: z.int(),
  /** The notification that the report is overdue; null while it isn't. Only a report makes it null again. */
  notification_id: z.nullable(z.string()),
});

/** A product as it is stored. The API doesn't show the fields after `security_gate_passed`. */
export const productSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  created: z.string(),
  updated: z.string().register(z.globalRegistry, {
    description: 'When a field, the counts, or the gate last changed. A report of the same counts is no change.',
  }),
  /** Where its messages are sent. */
  channels: channelsSchema,
  /** When they send. */
  schedules: schedulesSchema,
  mutes: mutesSchema,
  security_gate_active: z.nullable(z.boolean()),
  ...storedThresholds,
  /** Hours after which a report of counts is overdue; null: never. */
  report_expected_hours: z.nullable(z.int()),
  /** Null if no report was ever expected. */
  report_check: z.nullable(reportCheckSchema),
  observation_counts: observationCountsSchema,
  /** When the counts were last reported; null before the first report. */
  observation_counts_updated: z.nullable(z.string()),
  /** The commit and the pipeline run that this report named. */
  observation_counts_commit: z.nullable(z.string()),
  observation_counts_run_url: z.nullable(z.string()),
  security_gate_passed: z.nullable(z.boolean()),
  /** Counts the writes of this item, from 1. */
  version: z.int(),
  /** The version that the last report of counts wrote; null before the first. */
  observation_counts_version: z.nullable(z.int()),
  /** `gate_version` of the settings that the gate was calculated with. */
  settings_gate_version: z.int(),
  /** The id of the notification of its newest gate change, written with that change; null if the gate never changed. */
  gate_notification_id: z.nullable(z.string()),
  /** Why the gate failed when it was last written. */
  gate_exceeded: z.array(exceededSchema),
  /** The user who made the last write. */
  updated_by: z.string(),
  /** The request of the last write. */
  request_id: z.nullable(z.string()),
  owner_count: z.int(),
  /** The format of its item, if it isn't the current one (docs/adr/012). */
  format: z.optional(z.int()),
});

export type Product = z.infer<typeof productSchema>;

export const NO_THRESHOLDS = {
  security_gate_threshold_critical: null,
  security_gate_threshold_high: null,
  security_gate_threshold_medium: null,
  security_gate_threshold_low: null,
  security_gate_threshold_none: null,
  security_gate_threshold_unknown: null,
} as const;

/** Defaults of a new product's fields. */
export const PRODUCT_DEFAULTS = {
  description: '',
  channels: NO_CHANNELS,
  ...NO_ROUTES,
  security_gate_active: null,
  ...NO_THRESHOLDS,
  report_expected_hours: null,
} as const;

/** Names that fold to the same text are equal: compatibility forms, case, and surrounding spaces are ignored. */
export const foldName = (name: string): string => name.normalize('NFKC').trim().toUpperCase().toLowerCase();

/** A name as lists sort and search it: folded, and without accents, so that Ä is beside A. */
export const searchedName = (name: string): string =>
  foldName(name)
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
