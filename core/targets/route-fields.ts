import * as z from 'zod/mini';
import { eachChannel, type Owner } from '../channels/channels.ts';
import { derived } from '../channels/derived.ts';
import { isMuted, type MuteInput, muteInputSchema, reviseMute } from './mute.ts';
import { type Mutes, mutesSchema, type Routes, type Schedules, schedulesSchema } from './routes.ts';
import { scheduleSchema } from './schedule.ts';

/** The mutes that a caller sets, all of them: one that is left out, or null, ends. */
type MuteChange = Readonly<Partial<Record<keyof Mutes, MuteInput | null>>>;

type Fields<Of extends Owner, Schedule, Mute> = Readonly<
  Record<`${Of}_schedule`, Schedule> & Record<`${Of}_mute`, Mute>
>;

const forOwner = <Of extends Owner, Schedule, Mute>(
  owner: Of,
  { schedule, mute }: { readonly schedule: Schedule; readonly mute: Mute },
): Fields<Of, Schedule, Mute> =>
  derived([
    [`${owner}_schedule`, schedule],
    [`${owner}_mute`, mute],
  ]);

const SCHEDULE = {
  description: 'When messages are sent, by channel. Channels that are left out send immediately.',
} as const;
const MUTE = { description: 'The mutes in force, by channel; `all` is all channels.' } as const;
const MUTE_INPUT = {
  description:
    'Replaces all mutes, by channel; `all` is all channels. A mute that is left out, or null, ends. One that is sent unchanged keeps its `since` and `by`.',
} as const;

/** The fields of schedules and mutes in a request body. */
export const routeInputs = <Of extends Owner>(
  owner: Of,
  now: () => Date,
): Fields<Of, z.ZodMiniType<Schedules>, z.ZodMiniType<MuteChange>> => {
  const muteInput = z.exactOptional(z.nullable(muteInputSchema(now)));
  const schedule: z.ZodMiniType<Schedules> = z.strictObject(eachChannel(() => z.exactOptional(scheduleSchema)));
  const mute: z.ZodMiniType<MuteChange> = z.strictObject({ ...eachChannel(() => muteInput), all: muteInput });
  return forOwner(owner, {
    schedule: schedule.register(z.globalRegistry, SCHEDULE),
    mute: mute.register(z.globalRegistry, MUTE_INPUT),
  });
};

/** The fields of schedules and mutes in an answer. */
export const routeAnswers = <Of extends Owner>(owner: Of): Fields<Of, z.ZodMiniType<Schedules>, z.ZodMiniType<Mutes>> =>
  forOwner(owner, {
    schedule: schedulesSchema.register(z.globalRegistry, SCHEDULE),
    mute: mutesSchema.register(z.globalRegistry, MUTE),
  });

/** Schedules and mutes as an answer names them: the mutes that are in force. */
export const toRouteFields = <Of extends Owner>(
  owner: Of,
  { schedules, mutes }: Routes,
  now: Date,
): Fields<Of, Schedules, Mutes> => {
  const active = Object.entries(mutes).filter(([, mute]) => isMuted(mute, now));
  return forOwner(owner, { schedule: schedules, mute: derived<Mutes>(active) });
};

/** Schedules and mutes that a caller sets. */
type RouteChange = { readonly schedules?: Schedules; readonly mutes?: MuteChange };

/** A checked body with its schedules and mutes under these names. */
export const fromRouteFields = <Of extends Owner>(owner: Of) => {
  const inside = new Map([
    [`${owner}_schedule`, 'schedules'],
    [`${owner}_mute`, 'mutes'],
  ]);
  return <Checked extends Partial<Fields<Of, Schedules | undefined, MuteChange | undefined>>>(
    body: Checked,
  ): Omit<Checked, `${Of}_schedule` | `${Of}_mute`> & RouteChange =>
    derived(Object.entries(body).map(([name, value]) => [inside.get(name) ?? name, value]));
};

/** The mutes after a change, as they are stored; undefined changes nothing. */
export const reviseMutes = (
  before: Mutes,
  change: MuteChange | undefined,
  by: { readonly user: string; readonly now: Date },
): Mutes => {
  if (change === undefined) return before;
  const known = new Map(Object.entries(before));
  const set = Object.entries(change).flatMap(([name, mute]) =>
    mute === null ? [] : [[name, reviseMute(known.get(name), mute, by)] as const],
  );
  return derived(set);
};
