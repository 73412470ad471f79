/**
 * Replaces this thread's `Date` by one whose "now" is shifted by `offset[0]` milliseconds, read on every call.
 * A proxy and no subclass: `Date()` without `new`, `instanceof` and `date.constructor === Date` must go on as they were.
 * Returns the real `now`.
 */
export const shiftDate = (offset: Float64Array): (() => number) => {
  const RealDate = Date;
  const realNow = RealDate.now.bind(RealDate);
  const shiftedNow = () => realNow() + (offset[0] ?? 0);
  const shifted = new Proxy(RealDate, {
    construct: (target, parts, newTarget) =>
      Reflect.construct(target, parts.length === 0 ? [shiftedNow()] : parts, newTarget),
    apply: () => new RealDate(shiftedNow()).toString(),
  });
  RealDate.now = shiftedNow;
  RealDate.prototype.constructor = shifted;
  globalThis.Date = shifted;
  return realNow;
};
