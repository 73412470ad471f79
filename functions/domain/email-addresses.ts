import * as z from 'zod/mini';

/** Most addresses in one list: a notification's deliveries and its own item must fit one DynamoDB transaction. */
const MAX_ADDRESSES = 50;

const address = z.email().check(z.maxLength(254));

/** The addresses of a comma-separated list, in order. */
export const splitAddresses = (list: string): string[] =>
  list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

const withoutRepeats = (entries: readonly string[]): string[] => {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    const folded = entry.toLowerCase();
    return seen.has(folded) ? false : seen.add(folded);
  });
};

/** One email address, or the empty string for none. */
export const emailAddress = z.union([z.literal(''), address]);

/** A comma-separated list of addresses, normalised to `a@x.org, b@y.org` without repeats; the empty string is none. */
export const emailAddressList = z.pipe(
  z.string().check(z.maxLength(8_000)),
  z.transform((list, context) => {
    if (list.trim() === '') return '';
    const entries = list.split(',').map((entry) => entry.trim());
    for (const [position, entry] of entries.entries()) {
      if (!address.safeParse(entry).success) {
        const which = entry === '' ? 'is empty' : 'is not an email address';
        context.issues.push({ code: 'custom', message: `Entry ${position + 1} ${which}`, input: list });
      }
    }
    const unique = withoutRepeats(entries);
    if (unique.length > MAX_ADDRESSES) {
      context.issues.push({ code: 'custom', message: `At most ${MAX_ADDRESSES} addresses`, input: list });
    }
    return unique.join(', ');
  }),
);

/** What a mail system says without the addresses that it quotes. */
export const withoutAddresses = (text: string): string => text.replace(/[^\s<>,;:"]+@[^\s<>,;:"]+/g, '[address]');
