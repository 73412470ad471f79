import type { GateChange } from '../settings/model.ts';
import { type HistoryChange, type Positioned, positionOf, type StoredEntry } from './history.ts';

/** What happened to a product without a write of it. */
type Mark = {
  readonly created: string;
  readonly changes: HistoryChange[];
  readonly user: string;
};

const gateMarks = ({ has_own_gate = false }: StoredEntry, gateChanges: readonly GateChange[]): Mark[] =>
  has_own_gate ? [] : gateChanges.map(({ created, user }) => ({ created, user, changes: [{ kind: 'default_gate' }] }));

/** Channels whose mutes end at the same time have one mark. */
const muteMarks = ({ muted_until = {} }: StoredEntry, now: string): Mark[] => {
  const channels = Object.groupBy(Object.keys(muted_until), (channel) => muted_until[channel] ?? '');
  return Object.entries(channels).flatMap(([created, ended = []]) =>
    created > now ? [] : [{ created, user: '', changes: ended.map((channel) => ({ kind: 'mute_ended', channel })) }],
  );
};

/** A mark as an entry: the product was as the entry before left it. Its position has a part more than that of a stored one. */
const markEntry = (before: StoredEntry, { created, changes, user }: Mark): Positioned => {
  const { version, observation_counts, security_gate_passed } = before;
  const unreported = { notification_id: null, commit: null, run_url: null };
  const state = { version, observation_counts, security_gate_passed };
  const entry: StoredEntry = { ...state, created, type: 'change', changes, user, ...unreported };
  return { position: `${positionOf(entry)}#mark`, entry };
};

/** Until when a part of a history goes, the present, and the changes of the default gate in it. All times are ISO 8601. */
type Known = { readonly end: string; readonly now: string; readonly gateChanges: readonly GateChange[] };

/**
 * Entries, newest first, with marks between them: changes of the default gate while the product had it, and mutes whose
 * time was over. What an entry says of gate and mutes holds until the next one.
 */
export const withMarks = (entries: readonly Positioned[], { end, now, gateChanges }: Known): readonly Positioned[] =>
  entries.flatMap((each, place) => {
    const { entry } = each;
    const next = entries[place - 1]?.entry.created ?? end;
    const marks = [...gateMarks(entry, gateChanges), ...muteMarks(entry, now)]
      .filter(({ created }) => created >= entry.created && created < next)
      .toSorted((one, other) => (one.created < other.created ? 1 : -1));
    return [...marks.map((mark) => markEntry(entry, mark)), each];
  });
