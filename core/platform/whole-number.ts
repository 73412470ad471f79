import * as z from 'zod/mini';

/** A whole number from `least` to `most`. Any other value gets one message, which names the range; a missing one is `Required`. */
export const wholeNumberSchema = (most: number, least = 0) => {
  const range = `A whole number from ${least} to ${most.toLocaleString('en')}`;
  const error = ({ input }: { readonly input?: unknown }) => (input === undefined ? undefined : range);
  return z.int({ error, abort: true }).check(z.gte(least, range), z.lte(most, range));
};
