import * as z from 'zod/mini';
import { storedTextSchema } from './stored-text.ts';

/**
 * What a reader can't see: control and format characters, line ends, what Unicode draws as nothing (the property
 * Default_Ignorable_Code_Point, UAX #44), and the empty Braille pattern.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Text that names something: in NFC, and between outer blanks all to be seen, so that one name has one spelling. */
export const shownNameSchema = storedTextSchema.check(
  z.normalize('NFC'),
  z.refine((name) => !INVISIBLE.test(name.trim()), 'Must not contain control or invisible characters'),
);
