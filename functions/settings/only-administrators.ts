import type { Caller } from '../../core/http/caller.ts';
import { problem } from '../../core/http/problem.ts';
import type { Reply } from '../../core/http/reply.ts';

/** The refusal of a caller who isn't an administrator, or null. */
export const onlyAdministrators = (caller: Caller): Reply | null =>
  caller.isAdministrator ? null : problem('forbidden', { detail: 'This action requires an administrator' });
