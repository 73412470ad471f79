/**
 * Replaces this thread's `Date` by one that runs `offsetMs` ahead of the machine's clock, and returns what sets the
 * offset. Timers keep to the machine's clock. Import what shall see it only afterwards.
 */
export const installMovingClock = (): ((offsetMs: number) => void) => {
  const RealDate = Date;
  let offset = 0;
  const now = () => RealDate.now() + offset;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
  return (offsetMs) => {
    offset = offsetMs;
  };
};
