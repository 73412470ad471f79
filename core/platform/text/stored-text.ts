import * as z from 'zod/mini';

/** Text that can be stored. DynamoDB uses UTF-8, which can't encode half a surrogate pair (`"\ud800"` in JSON). */
export const storedTextSchema = z
  .string()
  .check(z.refine((text) => text.isWellFormed(), 'Must be well-formed Unicode, without halves of surrogate pairs'));
