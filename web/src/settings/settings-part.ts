import type { Settings } from '../api/answers.ts';

/** What the parts of the settings share. */
export type SettingsPart = {
  readonly settings: Settings;
  /** Changes settings and shows what they are then; `seen` is what they were when the reader began. */
  readonly change: (fields: Record<string, unknown>, seen: Record<string, unknown>) => Promise<void>;
};
