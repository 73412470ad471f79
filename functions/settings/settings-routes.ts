import * as z from 'zod/mini';
import { channelOf, wireName } from '../../core/channels/channels.ts';
import { exampleFields, fieldAnswers, toFields } from '../../core/channels/fields.ts';
import { channelsIn } from '../../core/channels/model.ts';
import type { Routes } from '../../core/http/api.ts';
import type { Caller } from '../../core/http/caller.ts';
import { onlyAdministrators } from '../../core/http/only-administrators.ts';
import { problem } from '../../core/http/problem.ts';
import type { Reply } from '../../core/http/reply.ts';
import { NONE, readRoute, writeRoute } from '../../core/http/route.ts';
import { encryptChannels } from '../../core/secrets/encrypt-channels.ts';
import { type RevealDeps, revealChannels, UNREADABLE_FIELDS } from '../../core/secrets/reveal.ts';
import type { WebhookSecrets } from '../../core/secrets/webhook-secrets.ts';
import { type Settings, settingsChangeSchema, settingsSchema } from '../../core/settings/model.ts';
import {
  brokenAmong,
  brokenChannelSchema,
  failingAmong,
  type Health,
  withoutChannels,
} from '../../core/targets/health.ts';
import { targetsOf } from '../../core/targets/model.ts';
import { routeAnswers, toRouteFields } from '../../core/targets/route-fields.ts';
import { type PreviewRouteDeps, previewRoute } from './preview-route.ts';
import { reviseSettings } from './revise-settings.ts';

export type SettingsDeps = RevealDeps &
  PreviewRouteDeps & {
    readonly vault: WebhookSecrets;
    readonly now: () => Date;
    /** `healed` names channels whose failures are forgotten with the write. */
    readonly replaceSettings: (
      before: Settings,
      after: Settings,
      healed: readonly string[],
    ) => Promise<'written' | 'conflict'>;
    readonly readHealth: () => Promise<Health>;
    readonly pause: (attempt: number) => Promise<void>;
  };

const MAX_TRIES = 12;

const EXAMPLE = {
  email_from: 'gatebell@example.com',
  ...exampleFields('exception', { email: 'operations@example.com' }),
  exception_schedule: { email: { kind: 'hourly' } },
  exception_mute: {},
  exception_rate_limit: 3_600,
  exception_grouping: 'similar',
  exception_closing_notification: true,
  base_url_frontend: 'https://gatebell.example.com',
  notification_retention_days: 400,
  security_gate_active: true,
  security_gate_threshold_critical: 0,
  security_gate_threshold_high: 0,
  security_gate_threshold_medium: 99_999,
  security_gate_threshold_low: 99_999,
  security_gate_threshold_none: 99_999,
  security_gate_threshold_unknown: 99_999,
  broken_channels: [],
  unreadable_fields: [],
};

const HIDDEN = {
  version: true,
  gate_version: true,
  gate_changed_by: true,
  gate_request_id: true,
  format: true,
} as const;

const { email_from, channels: _1, schedules: _2, mutes: _3, ...shownRest } = z.omit(settingsSchema, HIDDEN).shape;

/** The settings as the API shows them, with those of the exception channels that do not work. */
export const shownSettingsSchema = z
  .object({
    email_from,
    ...fieldAnswers('exception'),
    ...routeAnswers('exception'),
    ...shownRest,
    broken_channels: z.array(brokenChannelSchema),
    unreadable_fields: z.array(z.string()).register(z.globalRegistry, UNREADABLE_FIELDS),
  })
  .register(z.globalRegistry, { id: 'Settings' });

/** What is known of the settings, and who asked: an administrator, in some request. */
type Asked = { readonly health: Health; readonly caller: Caller; readonly requestId: string };

const settingsReply = async (deps: SettingsDeps, settings: Settings, asked: Asked): Promise<Reply> => {
  const {
    version,
    gate_version: _1,
    gate_changed_by: _2,
    gate_request_id: _3,
    format: _4,
    email_from,
    channels,
    schedules,
    mutes,
    ...rest
  } = settings;
  const { health, caller, requestId } = asked;
  const reader = { user: caller.user, as: 'administrator', requestId } as const;
  const { shown, unreadable } = await revealChannels(deps, { productId: null, channels, reader });
  const targets = targetsOf({ type: 'exception' }, { product: null, settings });
  const body: z.infer<typeof shownSettingsSchema> = {
    email_from,
    ...toFields('exception', shown),
    ...toRouteFields('exception', { schedules, mutes }, deps.now()),
    ...rest,
    broken_channels: brokenAmong(targets, health),
    unreadable_fields: unreadable.map((name) => wireName('exception', channelOf(name))),
  };
  return { status: 200, headers: { etag: `"${version}"` }, body };
};

const read = (deps: SettingsDeps) =>
  readRoute({
    doc: {
      id: 'readSettings',
      summary: 'Gets the settings',
      answers: {
        200: { description: 'The settings', schema: shownSettingsSchema, example: EXAMPLE, headers: ['etag'] },
      },
      problems: ['forbidden'],
    },
    path: NONE,
    query: NONE,
    handle: async ({ caller, requestId }) => {
      const refusal = onlyAdministrators(caller);
      if (refusal !== null) return refusal;
      const [found, health] = await Promise.all([deps.readSettings(), deps.readHealth()]);
      return await settingsReply(deps, found, { health, caller, requestId });
    },
  });

const change = (deps: SettingsDeps) =>
  writeRoute({
    doc: {
      id: 'changeSettings',
      summary: 'Changes settings; omitted fields stay unchanged',
      description: 'Changing a gate field recalculates every product on the default gate, in the background.',
      answers: {
        200: { description: 'The changed settings', schema: shownSettingsSchema, example: EXAMPLE, headers: ['etag'] },
      },
      problems: ['forbidden', 'conflict', 'precondition-failed'],
      requestHeaders: ['if-match'],
      requestExample: { exception_rate_limit: 3_600, email_from: 'gatebell@example.com' },
    },
    path: NONE,
    body: settingsChangeSchema(deps.webhookPolicy, deps.now),
    handle: async ({ caller, body, ifMatch, requestId }) => {
      const refusal = onlyAdministrators(caller);
      if (refusal !== null) return refusal;
      for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
        const [before, health] = await Promise.all([deps.readSettings(), deps.readHealth()]);
        if (ifMatch !== null && ifMatch !== before.version) return problem('precondition-failed');
        const revision = { user: caller.user, requestId, now: deps.now() };
        const wanted = { productId: null, before: before.channels, change: body.channels };
        const encrypted = { ...body, channels: await encryptChannels(deps, wanted) };
        const after = reviseSettings(before, encrypted, revision);
        const healed = failingAmong(health, channelsIn(body.channels));
        if ((await deps.replaceSettings(before, after, healed)) === 'written')
          return await settingsReply(deps, after, { health: withoutChannels(health, healed), caller, requestId });
        await deps.pause(attempt);
      }
      return problem('conflict', { detail: 'The settings are being changed by others; try again' });
    },
  });

/** The calls on the settings. */
export const settingsRoutes = (deps: SettingsDeps): Routes => ({
  'GET /api/settings': read(deps),
  'PATCH /api/settings': change(deps),
  'POST /api/settings/preview': previewRoute(deps),
});
