import * as z from 'zod/mini';
import { emailAddressListSchema } from '../channels/email/addresses.ts';
import { checkWebhookAddress, type WebhookChannel, type WebhookPolicy } from '../channels/webhook-address.ts';
import { exceededSchema, thresholdSchema } from '../gates/model.ts';
import { observationCountsSchema } from '../gates/severity.ts';
import { shownNameSchema } from '../platform/text/shown-name.ts';
import { storedTextSchema } from '../platform/text/stored-text.ts';
import { isMasked, keptWebhookSchema, type StoredWebhook, type Webhooks } from '../secrets/model.ts';

const thresholds = {
  security_gate_threshold_critical: z.nullable(thresholdSchema),
  security_gate_threshold_high: z.nullable(thresholdSchema),
  security_gate_threshold_medium: z.nullable(thresholdSchema),
  security_gate_threshold_low: z.nullable(thresholdSchema),
  security_gate_threshold_none: z.nullable(thresholdSchema),
  security_gate_threshold_unknown: z.nullable(thresholdSchema),
};

/** A webhook's URL as a caller sets it, normalised; the empty string is none. */
export const webhookField = (channel: WebhookChannel, policy: WebhookPolicy) =>
  z.pipe(
    z.string().check(z.trim()),
    z.transform((address, context) => {
      if (address === '') return '';
      if (isMasked(address)) {
        context.issues.push({
          code: 'custom',
          message: 'Enter the full webhook URL, or omit the field to keep the current one',
          input: '',
        });
        return z.NEVER;
      }
      const checked = checkWebhookAddress(address, channel, policy);
      if (checked.kind === 'allowed') return checked.url.href;
      context.issues.push({ code: 'custom', message: `The webhook ${checked.reason}`, input: '' });
      return z.NEVER;
    }),
  );

const productName = shownNameSchema.check(z.trim(), z.minLength(1), z.maxLength(255));

/** The fields of a product that a caller may set. */
const editable = (policy: WebhookPolicy) =>
  z.strictObject({
    name: productName,
    description: storedTextSchema.check(z.maxLength(4_096)),
    notification_email_to: emailAddressListSchema,
    notification_ms_teams_webhook: webhookField('ms_teams', policy),
    notification_slack_webhook: webhookField('slack', policy),
    security_gate_active: z.nullable(z.boolean()),
    ...thresholds,
  });

/** Body of `POST /api/products`: only the name is demanded. */
export const productCreation = (policy: WebhookPolicy) => z.required(z.partial(editable(policy)), { name: true });

/** Body of `PATCH /api/products/{product_id}`: any of the fields, and at least one. */
export const productChange = (policy: WebhookPolicy) =>
  z
    .partial(editable(policy))
    .check(z.refine((change) => Object.keys(change).length > 0, 'At least one field is required'));

export type ProductCreation = z.infer<ReturnType<typeof productCreation>>;
export type ProductChange = z.infer<ReturnType<typeof productChange>>;

/** The webhooks among some fields, as they are to be kept. */
export type EncryptedWebhooks = {
  readonly notification_ms_teams_webhook?: StoredWebhook | null;
  readonly notification_slack_webhook?: StoredWebhook | null;
};

/** A creation, or a change, that may be written. */
export type EncryptedCreation = Omit<ProductCreation, keyof EncryptedWebhooks> & EncryptedWebhooks;
export type EncryptedChange = Omit<ProductChange, keyof EncryptedWebhooks> & EncryptedWebhooks;

/** A product as it is kept. The fields below `security_gate_passed` are the house's own and never shown. */
export const productSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  created: z.string(),
  updated: z.string(),
  notification_email_to: z.string(),
  notification_ms_teams_webhook: z.nullable(keptWebhookSchema),
  notification_slack_webhook: z.nullable(keptWebhookSchema),
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

/** Where a product's messages are posted. */
export const productWebhooks = (product: Product): Webhooks => ({
  ms_teams: product.notification_ms_teams_webhook,
  slack: product.notification_slack_webhook,
});

/** A new product's fields where the caller sets none. */
export const PRODUCT_DEFAULTS = {
  description: '',
  notification_email_to: '',
  notification_ms_teams_webhook: null,
  notification_slack_webhook: null,
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
