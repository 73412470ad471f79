import * as z from 'zod/mini';

/** Most addresses in one list: a notification's deliveries and its own item must fit one DynamoDB transaction. */
const MAX_ADDRESSES = 50;

/** RFC 5321, section 4.5.3.1: of the part before the `@`, and of a whole address between its brackets. */
const MAX_LOCAL_PART = 64;
const MAX_ADDRESS = 254;

/** RFC 5322, section 3.2.3: words of these characters, with single dots between them. SES takes no others. */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;

/** RFC 1123, section 2.1: two labels or more, the last of which is no number. */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** An address as mail servers and headers have it, the domain in Punycode: `a@bücher.example` is `a@xn--bcher-kva.example`. */
export const wireAddress = (address: string): string => {
  const at = address.lastIndexOf('@');
  const url = `http://${address.slice(at + 1)}`;
  return `${address.slice(0, at)}@${URL.canParse(url) ? new URL(url).hostname : ''}`;
};

/** Names a mailbox whatever the case and the form of its domain are. */
export const addressKey = (address: string): string => wireAddress(address).toLowerCase();

const isAddress = (text: string): boolean => {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(0, at));
  if (text.length > MAX_ADDRESS || local.length > MAX_LOCAL_PART || !LOCAL_PART.test(local)) return false;
  // The conversion to Punycode would drop or change these, and accept what nobody meant.
  if (/[\s%/:?#@[\]\\\p{Cc}\p{Cf}]/u.test(text.slice(at + 1))) return false;
  const written = wireAddress(text);
  return written.length <= MAX_ADDRESS && DOMAIN.test(written.slice(at + 1));
};

/** The addresses of a stored list, in order. */
export const splitAddresses = (list: string): string[] =>
  list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** The entries of a list as people write it: commas, semicolons and line breaks separate; one may stand at a line's end. */
const entriesOf = (list: string): string[] =>
  list
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n')
    .replace(/([,;])\n|\n([,;])/g, '$1$2')
    .split(/[,;\n]/)
    .map((entry) => entry.trim());

const withoutRepeats = (entries: readonly string[]): string[] => {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    const key = addressKey(entry);
    return seen.has(key) ? false : seen.add(key);
  });
};

/** Who mail comes from: an address, and a display name, which may be empty. */
export type Mailbox = { readonly name: string; readonly address: string };

const MAX_NAME = 100;

/** `Gatebell <bell@example.org>`, `"Bell, Gate" <bell@example.org>` or `bell@example.org`; null for anything else. */
export const parseMailbox = (text: string): Mailbox | null => {
  const [, written = '', inBrackets] = /^([^<>]*)<([^<>]*)>$/.exec(text) ?? [];
  const address = (inBrackets ?? text).trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(written.trim())?.[1];
  const name = quoted === undefined ? written.trim() : quoted.replace(/\\(.)/g, '$1').trim();
  if (!isAddress(address) || name.length > MAX_NAME || /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(name)) return null;
  if (quoted === undefined && /["\\]/.test(name)) return null;
  return { name, address };
};

/** How a mailbox is stored: quoted where its name has a sign that counts in a header. */
const mailboxText = ({ name, address }: Mailbox): string => {
  if (name === '') return address;
  return /["\\,;:@()[\]]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}" <${address}>` : `${name} <${address}>`;
};

/** A sender: an address or a name with one, as `parseMailbox` reads it; the empty string for none. */
export const senderField = () =>
  z.pipe(
    z.string().check(z.maxLength(600), z.trim()),
    z.transform((text, context) => {
      if (text === '') return '';
      const mailbox = parseMailbox(text);
      if (mailbox !== null) return mailboxText(mailbox);
      const message = 'Must be an email address, or a name with one: Gatebell <bell@example.org>';
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }),
  );

/**
 * A list of addresses, separated by commas, semicolons or line breaks, normalised to `a@x.org, b@y.org` without repeats; the
 * empty string is none.
 */
export const emailAddressListSchema = z.pipe(
  z.string().check(z.maxLength(8_000)),
  z.transform((list, context) => {
    if (list.trim() === '') return '';
    const entries = entriesOf(list);
    for (const [position, entry] of entries.entries()) {
      if (!isAddress(entry)) {
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

/** Starts where a word does, so that a long one is read once and not from each of its characters. */
const QUOTED_ADDRESS = /(?<![^\s<>,;:"])[^\s<>,;:"]+@[^\s<>,;:"]+/g;

/** What a mail system says without the addresses that it quotes. */
export const withoutAddresses = (text: string): string => text.replace(QUOTED_ADDRESS, '[address]');
