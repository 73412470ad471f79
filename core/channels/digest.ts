import type { AlarmState } from '../deliveries/event.ts';
import type { GateState } from '../gates/model.ts';
import type { Notification } from '../notifications/model.ts';

/** Most subjects that a digest lists. */
export const MAX_ENTRIES = 20;

/** From this number of changes on, a gate or an alarm is called unstable. */
export const UNSTABLE_CHANGES = 4;

/** What became of one subject: the gate of a product, its report, an alarm, or equal exceptions. `notification` is the newest one about it. */
export type DigestEntry =
  | {
      readonly kind: 'gate';
      readonly notification: Notification;
      /** The state that the recipient was last notified of; null if there was none. */
      readonly from: GateState | null;
      readonly to: GateState;
      /** Number of changes. */
      readonly count: number;
    }
  | {
      readonly kind: 'alarm';
      readonly notification: Notification;
      readonly from: AlarmState | null;
      readonly to: AlarmState;
      readonly count: number;
    }
  | {
      /** A report that is overdue, or exceptions. */
      readonly kind: 'report' | 'exception';
      readonly notification: Notification;
      /** Number of occurrences, those held back included. */
      readonly count: number;
    };

/** One message about the events of many subjects. */
export type Digest = {
  /**
   * At most twenty, most urgent first: failed gates and alarms, then overdue reports and exceptions, then the rest; newest first within each. At least one.
   */
  readonly entries: readonly DigestEntry[];
  /** How many subjects there are beyond the entries, and how many of them are failed gates or alarms. */
  readonly omitted: { readonly subjects: number; readonly failed: number };
  /** Of all subjects, those omitted included. */
  readonly totals: {
    /** Gates and alarms by the state they are in now. */
    readonly gates: Readonly<Record<GateState, number>>;
    readonly alarms: Readonly<Record<AlarmState, number>>;
    /** Reports that are overdue. */
    readonly reports: number;
    /** Occurrences, those held back included. */
    readonly exceptions: number;
  };
  /** Times of the oldest and the newest event, ISO 8601. */
  readonly from: string;
  readonly until: string;
  /** Why the events were collected: the interval between messages to a target, a schedule, or a mute that has ended. */
  readonly reason: 'interval' | 'schedule' | 'mute';
};
