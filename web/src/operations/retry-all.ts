import type { Retried } from '../api/answers.ts';

/** Sends a part of the failed deliveries again: the first one (null), or the one at a cursor. */
type SendPart = (cursor: string | null) => Promise<Retried>;

/** Sends all failed deliveries again, part by part. Answers how many; `onProgress` gets the number after each part. */
export const retryAll = async (sendPart: SendPart, onProgress: (queued: number) => void): Promise<number> => {
  let queued = 0;
  let cursor: string | null = null;
  do {
    const part: Retried = await sendPart(cursor);
    queued += part.queued;
    cursor = part.next;
    onProgress(queued);
  } while (cursor !== null);
  return queued;
};
