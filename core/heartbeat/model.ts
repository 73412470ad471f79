import * as z from 'zod/mini';

/**
 * A heartbeat: every five minutes the sweeper writes an item, gate-trigger answers its stream record with a second item,
 * fan-out that one's record with a message, and the dispatcher the message with a metric. Where one of them stops, the metric
 * stops (docs/adr/035-a-heartbeat-through-the-whole-path.md).
 */
const heartbeatSchema = z.strictObject({
  /** When the sweeper began it, ISO 8601. */
  heartbeat_at: z.iso.datetime(),
});

export type Heartbeat = z.infer<typeof heartbeatSchema>;

/** The heartbeat in the body of a queue message; null for other messages, including those that can't be parsed. */
export const heartbeatIn = (body: string): Heartbeat | null => {
  try {
    const parsed = heartbeatSchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
};
