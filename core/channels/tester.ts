import { SESServiceException } from '@aws-sdk/client-ses';
import * as z from 'zod/mini';
import type { Outcome } from '../deliveries/model.ts';
import { connectChannels, type OutgoingMessage, type Transports } from './deliver.ts';

/** How the sending of a message ended, with what the other side said. Nothing in it has been made fit to be shown. */
export type Heard = {
  readonly outcome: Outcome;
  /** HTTP status of the answer; null where there was none. */
  readonly status: number | null;
  readonly answer: string | null;
};

const acceptedBySesSchema = z.object({ MessageId: z.string(), $metadata: z.object({ httpStatusCode: z.int() }) });

/** Brings a parcel to its destination, once, and listens: for who asks whether a channel works. */
export const connectTester =
  ({ sendEmail, post, now }: Transports): ((parcel: OutgoingMessage) => Promise<Heard>) =>
  async (parcel) => {
    let said: Omit<Heard, 'outcome'> = { status: null, answer: null };
    const deliver = connectChannels({
      now,
      post: async (...request) => {
        const result = await post(...request);
        if (result.kind === 'answer') said = { status: result.status, answer: result.body };
        return result;
      },
      sendEmail: async (input) => {
        try {
          const accepted = await sendEmail(input);
          const { data } = acceptedBySesSchema.safeParse(accepted);
          if (data) said = { status: data.$metadata.httpStatusCode, answer: `Message ${data.MessageId}` };
          return accepted;
        } catch (error) {
          if (error instanceof SESServiceException) {
            said = { status: error.$metadata.httpStatusCode ?? null, answer: `${error.name}: ${error.message}` };
          }
          throw error;
        }
      },
    });
    const outcome = await deliver(parcel);
    return { outcome, ...said };
  };
