import type { OutgoingMessage, SendResult } from './behaviour.ts';
import { testEvent } from './event.ts';
import type { Send } from './send.ts';
import { type Tested, testContent } from './test-content.ts';

/** Sends a test message to a destination, once. */
export type SendTest = (
  message: Pick<OutgoingMessage, 'destination' | 'id'> & { readonly tested: Tested },
) => Promise<SendResult>;

/** Email is sent under the stage's configuration set: SES would otherwise use the identity's own, which no grant covers. */
export const sendTestWith =
  (send: Send, { configurationSet }: { readonly configurationSet: string }): SendTest =>
  ({ tested, ...message }) =>
    send({
      ...message,
      content: testContent(tested),
      event: testEvent(tested),
      thread: null,
      tracking: { configurationSet, tags: {} },
    });
