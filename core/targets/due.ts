import type { ChannelName } from '../channels/channels.ts';
import { isMuted, type Mute } from './mute.ts';
import type { Routes } from './routes.ts';
import { IMMEDIATELY, nextScheduledAt, type Schedule } from './schedule.ts';

/** When a route next sends, and what makes it wait; null: nothing. */
export type Due = { readonly due_at: string; readonly due_reason: 'schedule' | 'mute' | null };

/** The schedule of a route, and all mutes that concern it. */
export type RouteRules = { readonly schedule: Schedule; readonly mutes: readonly Mute[] };

/**
 * When something that happens now is sent: when the last of the mutes has ended, at the next scheduled time from then on. A
 * mute that ends before the scheduled time anyway delays nothing, so the schedule is the reason.
 */
export const dueOf = ({ schedule, mutes }: RouteRules, now: Date): Due => {
  const scheduled = nextScheduledAt(schedule, now);
  const unmutedMs = Math.max(...mutes.filter((mute) => isMuted(mute, now)).map(({ until }) => Date.parse(until)));
  if (unmutedMs > (scheduled ?? now).getTime()) {
    // From the end itself: a mute until nine is over for what is sent at nine.
    const due = nextScheduledAt(schedule, new Date(unmutedMs - 1)) ?? new Date(unmutedMs);
    return { due_at: due.toISOString(), due_reason: 'mute' };
  }
  return { due_at: (scheduled ?? now).toISOString(), due_reason: scheduled && 'schedule' };
};

const mutesOn = ({ mutes }: Routes, channel: ChannelName): Mute[] =>
  [mutes.all, mutes[channel]].filter((mute) => mute !== undefined);

/** Whether a route of a product, or of the settings, is muted now. */
export const isRouteMuted = (routes: Routes, channel: ChannelName, now: Date): boolean =>
  mutesOn(routes, channel).some((mute) => isMuted(mute, now));

/** When a route of a product, or of the settings, next sends. */
export const routeDue = (routes: Routes, channel: ChannelName, now: Date): Due =>
  dueOf({ schedule: routes.schedules[channel] ?? IMMEDIATELY, mutes: mutesOn(routes, channel) }, now);
