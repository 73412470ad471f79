import { GATE_FIELDS, type Settings, type SettingsChange, settings, settingsChange } from '../domain/settings.ts';
import type { WebhookPolicy } from '../domain/webhook-address.ts';
import type { Routes } from '../http/api.ts';
import type { Caller } from '../http/caller.ts';
import { problem } from '../http/problem.ts';
import type { Reply } from '../http/reply.ts';
import { NONE, readRoute, writeRoute } from '../http/route.ts';

export type SettingsDeps = {
  readonly readSettings: () => Promise<Settings>;
  readonly replaceSettings: (before: Settings, after: Settings) => Promise<'written' | 'conflict'>;
  readonly pause: (attempt: number) => Promise<void>;
  readonly webhookPolicy: WebhookPolicy;
};

const MAX_TRIES = 12;

/** The next version of the settings; its gate version moves only when a gate field really changes. */
export const reviseSettings = (before: Settings, change: SettingsChange, user: string): Settings => {
  const after = settings.parse({ ...before, ...change, version: before.version + 1 });
  if (GATE_FIELDS.every((field) => before[field] === after[field])) return after;
  return { ...after, gate_version: before.gate_version + 1, gate_changed_by: user };
};

const settingsReply = (of: Settings): Reply => {
  const { version, gate_version: _1, gate_changed_by: _2, ...shown } = of;
  return { status: 200, headers: { etag: `"${version}"` }, body: shown };
};

const onlyAdministrators = (caller: Caller): Reply | null =>
  caller.isAdministrator ? null : problem('forbidden', { detail: 'Only administrators see the settings' });

const read = (deps: SettingsDeps) =>
  readRoute({
    path: NONE,
    query: NONE,
    handle: async ({ caller }) => onlyAdministrators(caller) ?? settingsReply(await deps.readSettings()),
  });

const change = (deps: SettingsDeps) =>
  writeRoute({
    path: NONE,
    body: settingsChange(deps.webhookPolicy),
    handle: async ({ caller, body, ifMatch }) => {
      const refusal = onlyAdministrators(caller);
      if (refusal !== null) return refusal;
      for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
        const before = await deps.readSettings();
        if (ifMatch !== null && ifMatch !== before.version) return problem('precondition-failed');
        const after = reviseSettings(before, body, caller.user);
        if ((await deps.replaceSettings(before, after)) === 'written') return settingsReply(after);
        await deps.pause(attempt);
      }
      return problem('conflict', { detail: 'Too many others are changing the settings; try again' });
    },
  });

/** The calls on the settings. */
export const settingsRoutes = (deps: SettingsDeps): Routes => ({
  'GET /api/settings': read(deps),
  'PATCH /api/settings': change(deps),
});
