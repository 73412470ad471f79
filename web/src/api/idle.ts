import type { QueryClient } from '@tanstack/react-query';

/** Without input for so long, the user isn't looking at the page. */
const IDLE_AFTER_MS = 5 * 60_000;

/** How much more seldom an idle page asks. */
const IDLE_FACTOR = 12;

const SIGNS_OF_LIFE = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

let lastSign = Date.now();

const isIdle = (): boolean => Date.now() - lastSign > IDLE_AFTER_MS;

/** For `refetchInterval`: reads again after so long, and seldom while the user is idle. */
export const seldomWhileIdle = (everyMs: number) => (): number => (isIdle() ? everyMs * IDLE_FACTOR : everyMs);

/** Reads anew what is shown when the user returns from being idle. */
export const refetchOnReturn = (client: QueryClient): void => {
  const noted = () => {
    const wasIdle = isIdle();
    lastSign = Date.now();
    if (wasIdle) void client.refetchQueries({ type: 'active', stale: true });
  };
  for (const sign of SIGNS_OF_LIFE) addEventListener(sign, noted, { passive: true });
};
