import type { AlarmChange } from './alarm-change.ts';
import { type ExceptionWindow, type HeldBack, heldBackIn } from './window.ts';
import { type Moment, onOccurrence } from './window-steps.ts';

/** What a change of an alarm does. `ignore`: it is not newer than what is known, or OK without an ALARM before. */
export type AlarmStep =
  | { readonly kind: 'ignore' }
  | { readonly kind: 'hold-back'; readonly window: ExceptionWindow; readonly until: Date }
  | { readonly kind: 'notify'; readonly heldBack: HeldBack };

const IGNORE: AlarmStep = { kind: 'ignore' };

/** Messages come twice and in any order. Of two changes at one time, OK is the later one. */
const isNewer = (change: AlarmChange, known: AlarmChange): boolean =>
  change.changed_at === known.changed_at
    ? change.state === 'OK' && known.state === 'ALARM'
    : change.changed_at > known.changed_at;

/** The step of an alarm's change. The alarm's window is as given; null if it has none, or one that can't be read. */
export const onAlarmChange = (window: ExceptionWindow | null, change: AlarmChange, moment: Moment): AlarmStep => {
  const known = window?.alarm ?? null;
  if (known !== null && !isNewer(change, known)) return IGNORE;
  if (change.state === 'ALARM') return onOccurrence(window, moment);
  // After INSUFFICIENT_DATA in between, CloudWatch names that as the state before.
  const isOver = change.was_alarm || known?.state === 'ALARM';
  return isOver ? { kind: 'notify', heldBack: heldBackIn(window) } : IGNORE;
};
