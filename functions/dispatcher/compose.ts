import { createHash } from 'node:crypto';
import type { OutgoingMessage } from '../../core/channels/behaviour.ts';
import { type Digest, type DigestEntry, MAX_ENTRIES } from '../../core/channels/digest.ts';
import { digestContent } from '../../core/channels/digest-content.ts';
import { digestEvent } from '../../core/channels/digest-event.ts';
import { toEvent } from '../../core/channels/event.ts';
import { toMessageContent } from '../../core/channels/message-content.ts';
import { messageIds } from '../../core/channels/message-ids.ts';
import type { Group } from '../../core/deliveries/decide.ts';
import { alarmStateSchema, hasState } from '../../core/deliveries/event.ts';
import { deliveryName } from '../../core/deliveries/model.ts';
import { gateStateSchema } from '../../core/gates/model.ts';
import type { Notification } from '../../core/notifications/model.ts';
import { deliveriesOf, type PlannedMessage } from './plan.ts';

/** A message before it has a destination. */
export type Composed = Pick<OutgoingMessage, 'content' | 'event' | 'id' | 'thread'>;

const isFailed = ({ newest: { event } }: Group): boolean =>
  (event.kind === 'gate' && event.to === 'failed') || (event.kind === 'alarm' && event.to === 'alarm');

const urgency = (group: Group): number => (isFailed(group) ? 0 : hasState(group.newest.event) ? 2 : 1);

const byUrgency = (groups: readonly Group[]): Group[] =>
  groups.toSorted(
    (one, other) =>
      urgency(one) - urgency(other) || (one.newest.notification_id > other.newest.notification_id ? -1 : 1),
  );

/** The groups that a message shows by name: of one event alone that one, of a digest the most urgent. */
const shownGroups = ({ groups }: PlannedMessage): Group[] => byUrgency(groups).slice(0, MAX_ENTRIES);

/** The notifications that composing needs. */
export const shownNotifications = (message: PlannedMessage): string[] =>
  shownGroups(message).map(({ newest }) => newest.notification_id);

const entryOf = ({ newest: { event }, from, count }: Group, notification: Notification): DigestEntry => {
  switch (event.kind) {
    case 'gate':
      return { kind: 'gate', notification, from: gateStateSchema.safeParse(from).data ?? null, to: event.to, count };
    case 'alarm':
      return { kind: 'alarm', notification, from: alarmStateSchema.safeParse(from).data ?? null, to: event.to, count };
    case 'report':
    case 'exception':
      return { kind: event.kind, notification, count };
    default:
      return event satisfies never;
  }
};

const totalsOf = (groups: readonly Group[]): Digest['totals'] => {
  const gates = { passed: 0, failed: 0, none: 0 };
  const alarms = { alarm: 0, ok: 0 };
  let reports = 0;
  let exceptions = 0;
  for (const { newest, count } of groups) {
    if (newest.event.kind === 'gate') gates[newest.event.to] += 1;
    else if (newest.event.kind === 'alarm') alarms[newest.event.to] += 1;
    else if (newest.event.kind === 'report') reports += 1;
    else exceptions += count;
  }
  return { gates, alarms, reports, exceptions };
};

const reasonOf = (message: PlannedMessage): Digest['reason'] => {
  const reasons = new Set(deliveriesOf(message).map(({ due_reason }) => due_reason));
  if (reasons.has('mute')) return 'mute';
  return reasons.has('schedule') ? 'schedule' : 'interval';
};

const digestOf = (message: PlannedMessage, entries: readonly DigestEntry[]): Digest => {
  const shown = new Set(shownGroups(message));
  const omitted = message.groups.filter((group) => !shown.has(group));
  const times = deliveriesOf(message)
    .map(({ created }) => created)
    .toSorted();
  return {
    entries,
    omitted: { subjects: omitted.length, failed: omitted.filter(isFailed).length },
    totals: totalsOf(message.groups),
    from: times[0] ?? '',
    until: times.at(-1) ?? '',
    reason: reasonOf(message),
  };
};

/** The same for the same deliveries: a message that is sent once more has the id that it had. */
const digestId = (message: PlannedMessage): string => {
  const names = deliveriesOf(message).map(deliveryName).toSorted();
  return `digest.${createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 40)}`;
};

/**
 * Writes a message: one event alone as ever, several as a digest. `find` has the notifications that `shownNotifications`
 * names.
 */
export const compose = (
  message: PlannedMessage,
  find: (id: string) => Notification | null,
  baseUrl: string,
): Composed => {
  const entries = shownGroups(message).flatMap((group) => {
    const notification = find(group.newest.notification_id);
    return notification === null ? [] : [entryOf(group, notification)];
  });
  const [only, ...others] = deliveriesOf(message);
  const [entry] = entries;
  if (only !== undefined && entry !== undefined && others.length === 0) {
    const { notification } = entry;
    const ids = messageIds(notification, only.delivery_id);
    return { content: toMessageContent(notification, baseUrl), event: toEvent(notification, baseUrl), ...ids };
  }
  const digest = digestOf(message, entries);
  return {
    content: digestContent(digest, baseUrl),
    event: digestEvent(digest, baseUrl),
    id: digestId(message),
    thread: null,
  };
};
