import type { Delivery } from '../../core/deliveries/model.ts';
import { nextStep } from '../../core/deliveries/next-step.ts';
import { isLateAttempt } from '../../core/deliveries/superseded.ts';
import type { Notification } from '../../core/notifications/model.ts';
import type { RateLimit } from '../../core/targets/send-slots.ts';
import type { Answer } from './answers.ts';
import type { DeliveryQueueMessage } from './batch.ts';
import type { DueDelivery } from './claim.ts';
import { postponeMessages } from './postpone.ts';
import { type SettleDeps, sendToDeadLetterQueue } from './settle.ts';

export type NextActionDeps = SettleDeps & {
  /** The rate limit of a delivery's target; null if it has none. */
  readonly rateLimitOf: (delivery: Delivery) => RateLimit | null;
};

export type LoadedDelivery = { readonly delivery: Delivery; readonly notification: Notification };

type NextAction =
  | { readonly kind: 'send'; readonly due: DueDelivery }
  /** Nothing is sent now: `run` answers the message. */
  | {
      readonly kind: 'answer';
      readonly message: DeliveryQueueMessage;
      readonly run: () => Promise<readonly Answer[]>;
    };

const actionFor = (deps: NextActionDeps, message: DeliveryQueueMessage, loaded: LoadedDelivery | null): NextAction => {
  const answer = (run: () => Promise<readonly Answer[]>): NextAction => ({ kind: 'answer', message, run });
  // The delivery or its notification was deleted.
  if (loaded === null) return answer(async () => ['ack']);
  const { delivery, notification } = loaded;
  const now = deps.now();
  const step = nextStep(delivery, message.retry_of ?? null, now);
  switch (step.kind) {
    case 'due': {
      const rateLimit = deps.rateLimitOf(delivery);
      const isLate = isLateAttempt(delivery, now);
      return { kind: 'send', due: { message, before: delivery, notification, isLate, rateLimit } };
    }
    case 'settled':
      return answer(async () => ['ack']);
    case 'waiting':
      return answer(async () => {
        const { seconds, bounded } = step;
        if (bounded !== undefined) await deps.changeDeliveries([{ before: delivery, after: bounded }]);
        return await postponeMessages(deps, [{ message, seconds }]);
      });
    case 'failed':
      // A dispatcher may have died before it sent the dead letter.
      return answer(() => sendToDeadLetterQueue(deps, [delivery]));
    default:
      return step satisfies never;
  }
};

/** Decides what to do for a message. If its item can't be read, only this message fails. */
export const nextAction = (
  deps: NextActionDeps,
  message: DeliveryQueueMessage,
  find: (message: DeliveryQueueMessage) => LoadedDelivery | null,
): NextAction => {
  try {
    return actionFor(deps, message, find(message));
  } catch (error) {
    return { kind: 'answer', message, run: () => Promise.reject(error) };
  }
};
