import { createHash } from 'node:crypto';

/** Crockford's base 32: sorts as its values do, and avoids letters that look alike. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const encodeTime = (timeMs: number): string => {
  let rest = timeMs;
  let text = '';
  for (let digit = 0; digit < 10; digit += 1) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
};

const encodeBytes = (bytes: Uint8Array): string => {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET.charAt(Number.parseInt(five, 2))).join('');
};

/** Length of every id. */
export const SORTABLE_ID_LENGTH = 26;

/** The format of an id. */
export const SORTABLE_ID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** An id of 26 characters that sorts by time (milliseconds since the epoch): the form of a ULID. `entropy` is 10 bytes. */
export const sortableId = (timeMs: number, entropy: Uint8Array): string => encodeTime(timeMs) + encodeBytes(entropy);

/** An id that is always the same for a cause and a time, so that a repeated run creates nothing new. */
export const derivedId = (timeMs: number, cause: readonly (string | number)[]): string =>
  sortableId(timeMs, createHash('sha256').update(JSON.stringify(cause)).digest().subarray(0, 10));

/** The oldest id that a time can have. */
export const oldestIdAt = (timeMs: number): string => sortableId(timeMs, new Uint8Array(10));

/** The newest id that a time can have. */
export const newestIdAt = (now: Date): string => sortableId(now.getTime(), new Uint8Array(10).fill(255));

/** The time in an id, in milliseconds since the epoch. */
export const timeOfId = (id: string): number => {
  let timeMs = 0;
  for (const digit of id.slice(0, 10)) timeMs = timeMs * 32 + ALPHABET.indexOf(digit);
  return timeMs;
};
