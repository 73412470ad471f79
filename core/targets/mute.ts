import * as z from 'zod/mini';
import { storedTextSchema } from '../platform/text/stored-text.ts';

/** Why and until when nothing is sent, who decided so, and when. Times are ISO 8601. */
export const muteSchema = z
  .object({
    until: z.string(),
    reason: z.string(),
    since: z.string(),
    by: z.string(),
  })
  .register(z.globalRegistry, { id: 'Mute' });

export type Mute = z.infer<typeof muteSchema>;

const MAX_DAYS = 365;
const DAY_MS = 86_400_000;

const untilSchema = (now: () => Date) =>
  z.pipe(
    z.iso.datetime({ offset: true, abort: true }).check(
      z.refine((until) => Date.parse(until) > now().getTime(), 'Must be in the future'),
      z.refine(
        (until) => Date.parse(until) <= now().getTime() + MAX_DAYS * DAY_MS,
        `Must be at most ${MAX_DAYS} days ahead`,
      ),
    ),
    z.transform((until) => new Date(until).toISOString()),
  );

/** A mute as a caller sets it. */
export const muteInputSchema = (now: () => Date) =>
  z
    .strictObject({
      until: untilSchema(now),
      reason: storedTextSchema.check(z.trim(), z.minLength(1), z.maxLength(200)),
    })
    .register(z.globalRegistry, { id: 'MuteInput', description: `Until a time at most ${MAX_DAYS} days ahead` });

export type MuteInput = z.infer<ReturnType<typeof muteInputSchema>>;

/** Whether it is still in force. */
export const isMuted = ({ until }: Pick<Mute, 'until'>, now: Date): boolean => Date.parse(until) > now.getTime();

/** A mute as it is stored: one that is set again as it was remains whose it was. */
export const reviseMute = (
  before: Mute | undefined,
  { until, reason }: MuteInput,
  { user, now }: { readonly user: string; readonly now: Date },
): Mute =>
  before?.until === until && before.reason === reason ? before : { until, reason, since: now.toISOString(), by: user };
