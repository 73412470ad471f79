/** Without input for so long, the user isn't looking at the page. */
const IDLE_AFTER_MS = 5 * 60_000;

/** How much more seldom an idle page asks. */
const IDLE_FACTOR = 12;

const SIGNS_OF_LIFE = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

let lastSign = Date.now();
const onReturn = new Set<() => void>();

const isIdle = (): boolean => Date.now() - lastSign > IDLE_AFTER_MS;

const returned = (): void => {
  for (const callback of onReturn) callback();
};

for (const sign of SIGNS_OF_LIFE) {
  const noted = () => {
    const wasIdle = isIdle();
    lastSign = Date.now();
    if (wasIdle) returned();
  };
  addEventListener(sign, noted, { passive: true });
}
addEventListener('online', returned);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') returned();
});

/**
 * Runs something, which never throws, now and again: every `everyMs`, never in a hidden tab, seldom while the user
 * is idle, and at once when they return. The returned function ends it.
 */
export const keepRunning = (run: () => Promise<void>, everyMs: number): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  let isRunning = false;
  const round = async () => {
    if (isRunning || isOver) return;
    isRunning = true;
    clearTimeout(timer);
    if (document.visibilityState === 'visible') await run();
    isRunning = false;
    if (!isOver) timer = setTimeout(round, isIdle() ? everyMs * IDLE_FACTOR : everyMs);
  };
  const again = () => void round();
  onReturn.add(again);
  again();
  return () => {
    isOver = true;
    clearTimeout(timer);
    onReturn.delete(again);
  };
};
