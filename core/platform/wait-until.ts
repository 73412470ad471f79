import { setTimeout as delay } from 'node:timers/promises';

/** Waits until a time by the machine's clock; not at all for one that is over. */
export const waitUntil = async (time: Date): Promise<void> => {
  const ms = time.getTime() - Date.now();
  if (ms > 0) await delay(ms);
};
