import { type TargetRecord, targetRecordSchema } from '../../../core/targets/target-record.ts';

export const NOW = new Date('2026-12-02T14:06:00.000Z');

/** A time so many seconds after the start. */
export const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);

/** The same, ISO 8601. */
export const iso = (seconds: number): string => at(seconds).toISOString();

/** A webhook of Slack that was never sent to, unless fields say otherwise. */
export const someTarget = (fields: Partial<TargetRecord> = {}): TargetRecord => ({
  ...targetRecordSchema.parse({ target: 'slack-t1', channel: 'slack' }),
  ...fields,
});
