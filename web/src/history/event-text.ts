import { CHANNELS } from '../../../core/channels/channels.ts';
import type { HistoryEntry } from '../api/answers.ts';
import { scopesOf } from '../schedules/scopes.ts';

type Change = HistoryEntry['changes'][number];

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const labelOf = (channel: string): string =>
  scopesOf(CHANNELS).find(({ value }) => value === channel)?.label ?? channel;

const gateText = (active: boolean | null): string => {
  if (active === null) return 'Default gate set';
  return active ? 'Own thresholds set' : 'Gate disabled';
};

const changeText = (change: Change): string => {
  switch (change.kind) {
    case 'own_gate':
      return gateText(change.active);
    case 'default_gate':
      return 'Default gate changed';
    case 'muted':
      return `${labelOf(change.channel)} muted until ${TIME.format(new Date(change.until))}: ${change.reason}`;
    case 'unmuted':
      return `${labelOf(change.channel)} unmuted`;
    case 'mute_ended':
      return `${labelOf(change.channel)}: mute ended`;
    default:
      return change satisfies never;
  }
};

/** What an entry of the history is about, in words. */
export const eventText = ({ type, changes }: Pick<HistoryEntry, 'type' | 'changes'>): string => {
  if (type === 'report') return 'Report';
  return changes.length === 0 ? 'Gate recalculated' : changes.map(changeText).join('; ');
};

/** Who caused an entry; a mute ends by itself. */
export const userText = ({ user }: Pick<HistoryEntry, 'user'>): string => (user === '' ? '–' : user);
