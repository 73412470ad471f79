import type { OutgoingMessage, SendResult } from './behaviour.ts';
import { testEvent } from './event.ts';
import type { Send } from './send.ts';
import { type Tested, testContent } from './test-content.ts';

/** Sends a test message to a destination, once. */
export type SendTest = (
  message: Pick<OutgoingMessage, 'destination' | 'id'> & { readonly tested: Tested },
) => Promise<SendResult>;

export const sendTestWith =
  (send: Send): SendTest =>
  ({ tested, ...message }) =>
    send({ ...message, content: testContent(tested), event: testEvent(tested), thread: null, tracking: null });
