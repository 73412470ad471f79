import { createHash } from 'node:crypto';

const HEX_DIGITS = 32;

/** Names a text: 128 bits of its SHA-256 in hexadecimal, as names are stored many times. */
export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, HEX_DIGITS);
