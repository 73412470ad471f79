import { describe, expect, it } from 'vitest';
import { type TargetRecord, targetRecordSchema } from '../../../core/targets/target-record.ts';
import { planWake } from '../../../functions/sweeper/wake-plan.ts';

const NOW = new Date('2026-12-02T14:06:00.000Z');
const inMinutes = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
const at = (minutes: number): string => inMinutes(minutes).toISOString();

const TARGET = 'slack-3fa91c';
const recordOf = (fields: Partial<TargetRecord>): TargetRecord =>
  targetRecordSchema.parse({ target: TARGET, channel: 'slack', ...fields });

/** When the target is woken, in minutes from now, and whether that is late; null for not at all. */
const planned = (dueInMinutes: number, record: Partial<TargetRecord> | null) => {
  const plan = planWake({ target: TARGET, dueAt: inMinutes(dueInMinutes) }, record && recordOf(record), NOW);
  return plan && { inMinutes: (plan.at.getTime() - NOW.getTime()) / 60_000, isStalled: plan.isStalled };
};

describe('a target for which something waits', () => {
  it.each([
    ['a schedule within the next runs: at its time', 10, null, { inMinutes: 10, isStalled: false }],
    ['a schedule further ahead: a later run', 13, null, null],
    ['due just now: the message of the fan-out is on its way', -1, null, null],
    ['due for long, and never sent to: its message is lost', -8, null, { inMinutes: 0, isStalled: true }],
    ['due for long, but its interval has ended just now', -60, { next_send_at: at(-1) }, null],
    ['due for long, interval ended long ago: lost', -60, { next_send_at: at(-8) }, { inMinutes: 0, isStalled: true }],
    ['waits until within the next runs', -60, { next_send_at: at(9) }, { inMinutes: 9, isStalled: false }],
    ['waits for hours, as it asked', -60, { next_send_at: at(300), wait_reason: 'throttled' }, null],
    ['a message will wake it', -60, { wake_at: at(3) }, null],
    ['a message was to wake it a minute ago', -60, { wake_at: at(-1) }, null],
    ['the message that was to wake it is lost', -60, { wake_at: at(-8) }, { inMinutes: 0, isStalled: true }],
    ['is being sent to', -60, { lease_until: at(1) }, { inMinutes: 1, isStalled: false }],
    ['its dispatcher died long ago', -60, { lease_until: at(-8) }, { inMinutes: 0, isStalled: true }],
    ['paused', -60, { paused_at: at(-30), paused_by: 'root' }, null],
  ] as const)('%s', (_, dueInMinutes, record, expected) => {
    expect(planned(dueInMinutes, record)).toEqual(expected);
  });

  it.each([
    ['its next time', { next_send_at: at(365 * 1_440) }],
    ['its lease', { lease_until: at(365 * 1_440) }],
    ['its wake-up', { wake_at: at(365 * 1_440) }],
  ])('ignores what a clock that was a year ahead wrote: %s', (_, record) => {
    expect(planned(-60, record)).toMatchObject({ inMinutes: 0 });
  });
});
