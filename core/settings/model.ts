import * as z from 'zod/mini';
import { senderField } from '../channels/email/addresses.ts';
import { fieldInputs, fromFields } from '../channels/fields.ts';
import { type Channels, channelsSchema, NO_CHANNELS } from '../channels/model.ts';
import type { WebhookPolicy } from '../channels/webhook-address.ts';
import { exceptionGroupingSchema } from '../exceptions/identity.ts';
import { thresholdSchema } from '../gates/model.ts';
import { wholeNumberSchema } from '../platform/whole-number.ts';
import { fromRouteFields, routeInputs } from '../targets/route-fields.ts';
import { mutesSchema, NO_ROUTES, schedulesSchema } from '../targets/routes.ts';

const gateFields = {
  security_gate_active: z.boolean(),
  security_gate_threshold_critical: thresholdSchema,
  security_gate_threshold_high: thresholdSchema,
  security_gate_threshold_medium: thresholdSchema,
  security_gate_threshold_low: thresholdSchema,
  security_gate_threshold_none: thresholdSchema,
  security_gate_threshold_unknown: thresholdSchema,
};

/** The names of the settings' gate fields: changing one recalculates every product on the default gate. */
export const GATE_FIELDS = z.keyof(z.object(gateFields)).options;

/** 0: notifications never expire. */
const retentionDaysSchema = wholeNumberSchema(3_650);

const rateLimitSecondsSchema = wholeNumberSchema(999_999);

/** An http or https URL of origin and path: links in messages are made by adding to it. */
const isLinkBase = ({ protocol, username, password, href }: URL): boolean =>
  /^https?:$/.test(protocol) && username === '' && password === '' && !/[?#]/.test(href);

// A function, so that bundles without the settings' routes omit it.
const baseUrlSchema = () =>
  z.pipe(
    z.string().check(z.maxLength(1_000), z.trim()),
    z.transform((address, context) => {
      if (address === '') return '';
      const url = URL.canParse(address) ? new URL(address) : null;
      if (url !== null && isLinkBase(url)) return url.href.replace(/\/+$/, '');
      const message = 'Must be an http or https URL without user, password, query, and fragment';
      context.issues.push({ code: 'custom', message, input: '' });
      return z.NEVER;
    }),
  );

/** Body of `PATCH /api/settings`: any of the fields, and at least one. */
export const settingsChangeSchema = (policy: WebhookPolicy, now: () => Date) =>
  z.pipe(
    z.pipe(
      z
        .partial(
          z.strictObject({
            email_from: senderField(),
            ...fieldInputs('exception', policy),
            ...routeInputs('exception', now),
            exception_rate_limit: rateLimitSecondsSchema,
            exception_grouping: exceptionGroupingSchema,
            exception_closing_notification: z.boolean(),
            base_url_frontend: baseUrlSchema(),
            notification_retention_days: retentionDaysSchema,
            ...gateFields,
          }),
        )
        .check(z.refine((change) => Object.keys(change).length > 0, 'At least one field is required')),
      z.transform(fromFields('exception')),
    ),
    z.transform(fromRouteFields('exception')),
  );

type SettingsChange = z.infer<ReturnType<typeof settingsChangeSchema>>;

/** A change with its channels as they are stored. */
export type EncryptedSettingsChange = Omit<SettingsChange, 'channels'> & { readonly channels?: Channels };

/** The settings as they are stored. The API doesn't show the fields after the gate. */
export const settingsSchema = z.object({
  email_from: z.string(),
  /** Where exceptions are sent. */
  channels: channelsSchema,
  /** When they send. */
  schedules: schedulesSchema,
  mutes: mutesSchema,
  /** Seconds. */
  exception_rate_limit: z.int(),
  /** Whether exceptions that differ by numbers, ids and times only are the same. */
  exception_grouping: z._default(exceptionGroupingSchema, 'similar'),
  /** Whether the repeats in an exception window are reported when it closes without a further exception. */
  exception_closing_notification: z.boolean(),
  base_url_frontend: z.string(),
  /** Days after which notifications are deleted; 0: never. */
  notification_retention_days: z.int(),
  ...gateFields,
  /** Counts the writes, from 1; 0 for the defaults. */
  version: z.int(),
  /** Counts the changes of gate fields. */
  gate_version: z.int(),
  /** Who changed the gate fields last. */
  gate_changed_by: z.string(),
  /** The request that did so. */
  gate_request_id: z.nullable(z.string()),
  /** The format of their item, if it isn't the current one (docs/adr/012). */
  format: z.optional(z.int()),
});

export type Settings = z.infer<typeof settingsSchema>;

/** A change of the default gate, for the history of the products that it applied to. */
export const gateChangeSchema = z.object({ created: z.string(), gate_version: z.int(), user: z.string() });
export type GateChange = z.infer<typeof gateChangeSchema>;

/** The settings until an administrator changes them. */
export const DEFAULT_SETTINGS: Settings = {
  email_from: '',
  channels: NO_CHANNELS,
  ...NO_ROUTES,
  exception_rate_limit: 3_600,
  exception_grouping: 'similar',
  exception_closing_notification: true,
  base_url_frontend: '',
  notification_retention_days: 400,
  security_gate_active: true,
  security_gate_threshold_critical: 0,
  security_gate_threshold_high: 0,
  security_gate_threshold_medium: 99_999,
  security_gate_threshold_low: 99_999,
  security_gate_threshold_none: 99_999,
  security_gate_threshold_unknown: 99_999,
  version: 0,
  gate_version: 0,
  gate_changed_by: '',
  gate_request_id: null,
};
