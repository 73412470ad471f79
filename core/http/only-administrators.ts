import type { Caller } from './caller.ts';
import { problem } from './problem.ts';
import type { Reply } from './reply.ts';

/** The refusal of a caller who isn't an administrator, or null. */
export const onlyAdministrators = (caller: Caller): Reply | null =>
  caller.isAdministrator ? null : problem('forbidden', { detail: 'This action requires an administrator' });
