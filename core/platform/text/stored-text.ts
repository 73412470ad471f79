import * as z from 'zod/mini';

/** Text that can be kept: DynamoDB takes UTF-8, in which half of a surrogate pair (`"\ud800"` in JSON) has no form. */
export const storedTextSchema = z
  .string()
  .check(z.refine((text) => text.isWellFormed(), 'Must be well-formed Unicode, without halves of surrogate pairs'));
