import { type EncryptedSettingsChange, GATE_FIELDS, type Settings, settingsSchema } from '../../core/settings/model.ts';
import { reviseMutes } from '../../core/targets/route-fields.ts';

/** The next version of the settings; its gate version moves only when a gate field really changes. */
export const reviseSettings = (
  before: Settings,
  change: EncryptedSettingsChange,
  { user, requestId, now }: { readonly user: string; readonly requestId: string; readonly now: Date },
): Settings => {
  const mutes = reviseMutes(before.mutes, change.mutes, { user, now });
  const after = settingsSchema.parse({ ...before, ...change, mutes, version: before.version + 1 });
  if (GATE_FIELDS.every((field) => before[field] === after[field])) return after;
  return { ...after, gate_version: before.gate_version + 1, gate_changed_by: user, gate_request_id: requestId };
};
