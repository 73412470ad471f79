import type { Settings } from '../api/answers.ts';

/** What the parts of the settings share. */
export type SettingsPart = {
  readonly settings: Settings;
  /** Changes settings and shows what they are then. */
  readonly change: (fields: Record<string, unknown>) => Promise<void>;
};
