import * as z from 'zod/mini';
import { type ChannelName, eachChannel } from '../channels/channels.ts';
import { type Mute, muteSchema } from './mute.ts';
import { type Schedule, scheduleSchema } from './schedule.ts';

/** When the channels of a product, or of the settings, send. Those left out send immediately. */
export type Schedules = Readonly<Partial<Record<ChannelName, Schedule>>>;

/** What is muted: all channels, or one. */
export type Mutes = Readonly<Partial<Record<ChannelName | 'all', Mute>>>;

/** The routes of a product, or of the settings: its channels with their schedules and mutes. */
export type Routes = { readonly schedules: Schedules; readonly mutes: Mutes };

/** Those of a channel that this version doesn't know stay as they are. */
export const schedulesSchema: z.ZodMiniType<Schedules> = z.looseObject(
  eachChannel(() => z.exactOptional(scheduleSchema)),
);

export const mutesSchema: z.ZodMiniType<Mutes> = z.looseObject({
  ...eachChannel(() => z.exactOptional(muteSchema)),
  all: z.exactOptional(muteSchema),
});

export const NO_ROUTES: Routes = { schedules: {}, mutes: {} };
