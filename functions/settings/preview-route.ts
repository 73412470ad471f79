import type { WebhookPolicy } from '../../core/channels/webhook-address.ts';
import { EXAMPLE_PREVIEW, NO_CHANGES, previewSchema } from '../../core/gates/preview.ts';
import { onlyAdministrators } from '../../core/http/only-administrators.ts';
import { NONE, writeRoute } from '../../core/http/route.ts';
import { type Settings, settingsChangeSchema } from '../../core/settings/model.ts';
import { type PreviewDeps, previewSettings } from './preview-settings.ts';
import { reviseSettings } from './revise-settings.ts';

export type PreviewRouteDeps = PreviewDeps & {
  readonly readSettings: () => Promise<Settings>;
  readonly webhookPolicy: WebhookPolicy;
  readonly now: () => Date;
};

/** `POST /api/settings/preview` */
export const previewRoute = (deps: PreviewRouteDeps) =>
  writeRoute({
    doc: {
      id: 'previewSettings',
      summary: 'Shows which gates a change of the settings would change, and who would be notified',
      description:
        'Takes the body of a change and writes nothing. Checks all products on the default gate up to 2,000, and beyond that a sample of 2,000.',
      answers: { 200: { description: 'The preview', schema: previewSchema, example: EXAMPLE_PREVIEW } },
      problems: ['forbidden'],
      requestExample: { security_gate_threshold_high: 5 },
    },
    path: NONE,
    body: settingsChangeSchema(deps.webhookPolicy, deps.now),
    handle: async ({ caller, body, requestId }) => {
      const refusal = onlyAdministrators(caller);
      if (refusal !== null) return refusal;
      const { channels: _, ...fields } = body;
      const before = await deps.readSettings();
      const after = reviseSettings(before, fields, { user: caller.user, requestId, now: deps.now() });
      const isSameGate = after.gate_version === before.gate_version;
      return { status: 200, body: isSameGate ? NO_CHANGES : await previewSettings(deps, after) };
    },
  });
