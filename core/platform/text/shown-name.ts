import * as z from 'zod/mini';
import { storedTextSchema } from './stored-text.ts';

/**
 * Invisible characters: control and format characters, line ends, the property Default_Ignorable_Code_Point (UAX #44), and
 * the empty Braille pattern.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** A name: in NFC and without invisible characters, so that equal-looking names are equal. */
export const shownNameSchema = storedTextSchema.check(
  z.normalize('NFC'),
  z.refine((name) => !INVISIBLE.test(name.trim()), 'Must not contain control or invisible characters'),
);
