import * as z from 'zod/mini';
import { roleSchema } from '../../core/access/role.ts';
import { CHANNELS, channelOf, wireName } from '../../core/channels/channels.ts';
import { exampleFields, fieldAnswers, toFields } from '../../core/channels/fields.ts';
import { effectiveThresholds, thresholdsBySeveritySchema } from '../../core/gates/model.ts';
import type { Caller } from '../../core/http/caller.ts';
import type { Reply } from '../../core/http/reply.ts';
import type { StoredReply } from '../../core/idempotency/model.ts';
import { type ProductCreation, productSchema } from '../../core/products/model.ts';
import type { ProductView } from '../../core/products/store/products.ts';
import { maskChannels } from '../../core/secrets/mask.ts';
import { type Reader, type RevealDeps, revealChannels, UNREADABLE_FIELDS } from '../../core/secrets/reveal.ts';
import { DEFAULT_SETTINGS } from '../../core/settings/model.ts';
import { brokenAmong, brokenChannelSchema, HEALTHY } from '../../core/targets/health.ts';
import { targetsOf } from '../../core/targets/model.ts';
import { routeAnswers, toRouteFields } from '../../core/targets/route-fields.ts';
import type { OpenedProduct } from './access.ts';

const {
  id,
  name,
  description,
  created,
  updated,
  channels: _1,
  schedules: _2,
  mutes: _3,
  ...shownRest
} = z.omit(productSchema, {
  version: true,
  report_check: true,
  observation_counts_version: true,
  settings_gate_version: true,
  gate_notification_id: true,
  gate_exceeded: true,
  updated_by: true,
  request_id: true,
  owner_count: true,
  format: true,
}).shape;

/** A product as the API shows it; `role` is the caller's, null for an administrator who isn't a member. */
export const shownProductSchema = z
  .object({
    id,
    name,
    description,
    created,
    updated,
    ...fieldAnswers('notification'),
    ...routeAnswers('notification'),
    ...shownRest,
    role: z.nullable(roleSchema),
    /** Channels that don't work as they are set now. */
    broken_channels: z.array(brokenChannelSchema),
  })
  .register(z.globalRegistry, { id: 'Product' });

export type ShownProduct = z.infer<typeof shownProductSchema>;

/** The example in the API description. */
export const EXAMPLE_PRODUCT: ShownProduct = {
  id: '01KAT2Z7YB3SV4RRFFQ69G5FAW',
  name: 'Payment service',
  description: 'Takes cards and bank transfers',
  created: '2026-11-24T09:00:00.000Z',
  updated: '2026-11-24T10:00:00.000Z',
  ...exampleFields('notification', { email: 'payments@example.com', slack: 'https://hooks.slack.com/…' }),
  notification_schedule: { email: { kind: 'daily', time: '09:00', time_zone: 'Europe/Berlin' } },
  notification_mute: {
    slack: {
      until: '2026-11-30T08:00:00.000Z',
      reason: 'Load test',
      since: '2026-11-24T10:00:00.000Z',
      by: 'olivia',
    },
  },
  security_gate_active: null,
  security_gate_threshold_critical: null,
  security_gate_threshold_high: null,
  security_gate_threshold_medium: null,
  security_gate_threshold_low: null,
  security_gate_threshold_none: null,
  security_gate_threshold_unknown: null,
  report_expected_hours: null,
  observation_counts: { critical: 3, high: 12, medium: 0, low: 0, none: 0, unknown: 0 },
  observation_counts_updated: '2026-11-24T10:00:00.000Z',
  observation_counts_commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
  observation_counts_run_url: 'https://github.com/example/payments/actions/runs/19630512345',
  security_gate_passed: false,
  role: 'owner',
  broken_channels: [],
};

/** A single product, with what its members need to know of the settings, because they can't read them. */
export const openedProductSchema = z
  .extend(shownProductSchema, {
    security_gate_thresholds: z.nullable(thresholdsBySeveritySchema),
    unreadable_fields: z.array(z.string()).register(z.globalRegistry, UNREADABLE_FIELDS),
    email_sender_set: z.boolean().register(z.globalRegistry, {
      description: 'Whether the settings have a From address. Without one, email is skipped.',
    }),
  })
  .register(z.globalRegistry, { id: 'OpenedProduct' });

type ShownOpened = z.infer<typeof openedProductSchema>;

/** The example of a single product in the API description. */
export const EXAMPLE_OPENED: ShownOpened = {
  ...EXAMPLE_PRODUCT,
  security_gate_thresholds: { critical: 0, high: 0, medium: 99_999, low: 99_999, none: 99_999, unknown: 99_999 },
  unreadable_fields: [],
  email_sender_set: true,
};

/** A product without Gatebell's own fields, its webhooks masked to their hosts. */
export const showMasked = ({ product, role: held, health = HEALTHY }: ProductView, now: Date): ShownProduct => {
  const {
    version: _1,
    settings_gate_version: _2,
    gate_exceeded: _3,
    updated_by: _4,
    request_id: _5,
    owner_count: _6,
    format: _7,
    gate_notification_id: _8,
    observation_counts_version: _9,
    report_check: _10,
    id,
    name,
    description,
    created,
    updated,
    channels,
    schedules,
    mutes,
    ...rest
  } = product;
  return {
    id,
    name,
    description,
    created,
    updated,
    ...toFields('notification', maskChannels(channels)),
    ...toRouteFields('notification', { schedules, mutes }, now),
    ...rest,
    role: held,
    broken_channels: brokenAmong(targetsOf({ type: 'security_gate' }, { product, settings: DEFAULT_SETTINGS }), health),
  };
};

/** The caller and the request. */
type ProductRequest = { readonly caller: Caller; readonly requestId: string };

type ShowDeps = RevealDeps & { readonly now: () => Date };

/** Only maintainers, owners, and administrators may read webhook URLs. */
const readerOf = (held: OpenedProduct['role'], { caller, requestId }: ProductRequest): Reader | null => {
  const { user, isAdministrator } = caller;
  if (isAdministrator) return { user, as: 'administrator', requestId };
  return held === 'maintainer' || held === 'owner' ? { user, as: held, requestId } : null;
};

/** A single product, its webhooks masked. */
const showOpenedMasked = (view: OpenedProduct, now: Date): ShownOpened => ({
  ...showMasked(view, now),
  security_gate_thresholds: effectiveThresholds(view.product, view.settings),
  unreadable_fields: [],
  email_sender_set: view.settings.email_from !== '',
});

/** A product as one caller may see it. */
const showProduct = async (deps: ShowDeps, view: OpenedProduct, asking: ProductRequest): Promise<ShownOpened> => {
  const { product, role: held } = view;
  const shown = showOpenedMasked(view, deps.now());
  const reader = readerOf(held, asking);
  if (reader === null) return shown;
  const { shown: revealed, unreadable } = await revealChannels(deps, {
    productId: product.id,
    channels: product.channels,
    reader,
  });
  return {
    ...shown,
    ...toFields('notification', revealed),
    unreadable_fields: unreadable.map((name) => wireName('notification', channelOf(name))),
  };
};

/** The reply with one product; its version is the ETag that If-Match takes. */
export const productReply = async (
  deps: ShowDeps,
  view: OpenedProduct,
  asking: ProductRequest,
  status = 200,
): Promise<Reply> => ({
  status,
  headers: { etag: `"${view.product.version}"` },
  body: await showProduct(deps, view, asking),
});

/** The reply with a new product as it is stored for its idempotency key: without the webhooks. */
export const createdReply = (view: OpenedProduct, now: Date): StoredReply => ({
  status: 201,
  headers: { etag: `"${view.product.version}"`, location: `/api/products/${view.product.id}` },
  body: showOpenedMasked(view, now),
});

/** The same as its caller sees it: the channels are those of the request, which has them each time that it is sent. */
export const withWebhooksOf = (request: ProductCreation, reply: Reply): Reply => {
  if (reply.status !== 201) return reply;
  const masked = openedProductSchema.parse(reply.body);
  const texts = CHANNELS.map((channel) => [
    wireName('notification', channel),
    request.channels[channel.name]?.text ?? '',
  ]);
  const body: ShownOpened = { ...masked, ...Object.fromEntries(texts) };
  return { ...reply, body };
};
