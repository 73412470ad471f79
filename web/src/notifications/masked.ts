import type { Notification } from '../api/answers.ts';

/** What the API answers members in the place of an exception's texts. */
const MASK = '...';

/** Whether the reader gets no details: a member, of an exception. */
export const isMasked = ({ message, arguments: args, trace }: Notification): boolean =>
  [message, args, trace].every((text) => text === MASK);
