import type { SNSEvent } from 'aws-lambda';
import { FUNCTION } from '../../core/contract.ts';
import { type DeadLetter, deadLetterOf } from '../../core/deliveries/delivery-message.ts';
import { bounced } from '../../core/deliveries/lifecycle.ts';
import {
  classifyFeedback,
  complainants,
  isTopicValidation,
  mailFeedbackSchema,
  onFailedMail,
  tagsOf,
} from '../../core/deliveries/mail-feedback.ts';
import {
  type Delivery,
  type DeliveryName,
  type DeliveryRef,
  deliveryName,
  ownerOf,
} from '../../core/deliveries/model.ts';
import type { RoutingContext } from '../../core/deliveries/resolve.ts';
import { type ExceptionReport, taskFailure } from '../../core/exceptions/model.ts';
import type { Log } from '../../core/log.ts';
import type { Notification } from '../../core/notifications/model.ts';
import { addressGone, type ChannelHealth, healthOf } from '../../core/targets/health.ts';
import { targetsOf } from '../../core/targets/model.ts';
import { type RouteSubject, routeSubjectOf } from '../../core/targets/notified-state.ts';
import type { SuppressedAddress } from '../../core/targets/suppressed-address.ts';

type LoadedDelivery = { readonly delivery: Delivery; readonly notification: Notification };

export type MailFeedbackDeps = {
  /** Null if the delivery or its notification was deleted. */
  readonly readDelivery: (ref: DeliveryRef) => Promise<LoadedDelivery | null>;
  /** The deliveries that an email of several reports; none for an email of one. */
  readonly readSentTogether: (tag: string) => Promise<readonly DeliveryRef[]>;
  readonly readRoutingContext: (productIds: readonly string[]) => Promise<RoutingContext>;
  readonly recordHealth: (
    ref: { readonly productId: string | null; readonly deliveryId: string },
    change: { readonly before: ChannelHealth | null; readonly after: ChannelHealth | null },
  ) => Promise<'written' | 'overtaken'>;
  readonly suppressAddress: (entry: SuppressedAddress) => Promise<void>;
  /** Forgets what a message reported to a route. */
  readonly forgetNotified: (of: RouteSubject, messageId: string) => Promise<void>;
  /** Returns the deliveries that were changed or deleted since they were read. */
  readonly changeDeliveries: (
    changes: readonly { readonly before: Delivery; readonly after: Delivery }[],
  ) => Promise<ReadonlySet<DeliveryName>>;
  /** Returns the positions of the letters that the queue rejected. */
  readonly sendDeadLetters: (letters: readonly DeadLetter[]) => Promise<ReadonlySet<number>>;
  /** A unique id. */
  readonly newRevision: () => string;
  readonly now: () => Date;
  readonly log: Log;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

/** Stops sending to an address until its list is set again. An address that was removed from the list needs no record. */
const stopSendingTo = async (
  deps: MailFeedbackDeps,
  { delivery, notification }: LoadedDelivery,
  reason: string,
): Promise<void> => {
  const productId = ownerOf(delivery);
  const {
    settings,
    products,
    healthOf: healthIn,
  } = await deps.readRoutingContext(productId === null ? [] : [productId]);
  const product = productId === null ? null : (products.get(productId) ?? null);
  const targets = targetsOf(notification, { product, settings });
  const target = targets.find(({ delivery_id }) => delivery_id === delivery.delivery_id);
  if (target === undefined) return;
  const health = healthIn(productId);
  if (healthOf(health, target)?.gone) return;
  const before = health.get(delivery.delivery_id) ?? null;
  const gone = {
    target: target.shown,
    targetKey: target.key,
    reason,
    productName: product?.name ?? null,
    revision: deps.newRevision(),
  };
  const after = addressGone({ channel: delivery.channel, ...gone, now: deps.now() });
  const outcome = await deps.recordHealth({ productId, deliveryId: delivery.delivery_id }, { before, after });
  if (outcome === 'overtaken') throw new Error('The health of an address changed while it was recorded');
};

/**
 * Sends a sent delivery to the dead-letter queue and marks it as failed. Ignores a delivery that was sent again since. Throws
 * while it isn't settled yet, so that Lambda retries.
 */
const failDelivery = async (deps: MailFeedbackDeps, { delivery }: LoadedDelivery, tag: string, reason: string) => {
  const step = onFailedMail(delivery, tag);
  if (step === 'none') return;
  if (step === 'again') throw new Error('The delivery is not settled yet');
  if (delivery.message_id !== null) await deps.forgetNotified(routeSubjectOf(delivery), delivery.message_id);
  const after = bounced(delivery, reason, deps.now());
  if ((await deps.sendDeadLetters([deadLetterOf(after)])).size > 0)
    throw new Error('The dead-letter queue rejected a delivery');
  if ((await deps.changeDeliveries([{ before: delivery, after }])).size > 0)
    throw new Error('The delivery changed while it was recorded as failed');
};

/** All deliveries of an email: the one that its tags name, and those that it reports as well. */
const failAll = async (deps: MailFeedbackDeps, found: LoadedDelivery, tag: string, reason: string): Promise<void> => {
  await failDelivery(deps, found, tag, reason);
  for (const ref of await deps.readSentTogether(tag)) {
    if (deliveryName(ref) === deliveryName(found.delivery)) continue;
    const other = await deps.readDelivery(ref);
    if (other !== null) await failDelivery(deps, other, tag, reason);
  }
};

const recordFeedback = async (deps: MailFeedbackDeps, text: string): Promise<void> => {
  if (isTopicValidation(text)) return deps.log.info('SES validated the topic');
  const feedback = mailFeedbackSchema.parse(JSON.parse(text));
  const tags = tagsOf(feedback);
  const found = tags === null ? null : await deps.readDelivery(tags);
  const { reason, effect } = classifyFeedback(feedback);
  deps.log.info('Email feedback received', {
    notification_id: tags?.notification_id ?? null,
    delivery_id: tags?.delivery_id ?? null,
    event: feedback.eventType,
    effect,
    known: found !== null,
  });
  const owner = { product_id: found === null ? null : ownerOf(found.delivery), since: deps.now().toISOString() };
  for (const address of complainants(feedback, found?.delivery.target ?? null))
    await deps.suppressAddress({ address, reason, ...owner });
  if (tags === null || found === null || effect === 'none') return;
  if (effect === 'closed') await stopSendingTo(deps, found, reason);
  await failAll(deps, found, tags.message, reason);
};

/** Records bounces, complaints, and rejects that SES reports after it accepted an email. Safe to repeat. */
export const handleFeedback =
  (deps: MailFeedbackDeps) =>
  async (event: SNSEvent): Promise<void> => {
    for (const { Sns } of event.Records) {
      try {
        await recordFeedback(deps, Sns.Message);
      } catch (error) {
        deps.log.error('Email feedback could not be recorded', { message_id: Sns.MessageId, error });
        // Without ids, so that repeats are one exception: its own email may bounce as well.
        await deps.capture(taskFailure(error, { function: FUNCTION.mailFeedback }));
        throw error;
      }
    }
  };
