import { randomUUID } from 'node:crypto';
import type { SNSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../../core/deliveries/delivery-message.ts';
import { messageTag } from '../../../core/deliveries/mail-feedback.ts';
import type { Delivery } from '../../../core/deliveries/model.ts';
import { changeDeliveries } from '../../../core/deliveries/store/change-deliveries.ts';
import { readLoadedDelivery } from '../../../core/deliveries/store/read-deliveries.ts';
import { readRouting } from '../../../core/deliveries/store/routing-context.ts';
import { readSentTogether } from '../../../core/deliveries/store/sent-together.ts';
import type { ExceptionReport } from '../../../core/exceptions/model.ts';
import { createLog } from '../../../core/log.ts';
import { healChannels, readHealth, recordHealth } from '../../../core/targets/store/health.ts';
import { forgetNotified } from '../../../core/targets/store/notified.ts';
import { deleteSuppressed, findSuppressed, suppressAddress } from '../../../core/targets/store/suppressed-addresses.ts';
import { handleFeedback, type MailFeedbackDeps } from '../../../functions/mail-feedback/mail-feedback.ts';
import bounce from '../../fixtures/ses/bounce.json' with { type: 'json' };
import { startTestTable, type TestTable } from '../../table.ts';
import { sealedFields } from '../../vault.ts';
import {
  deliveryOf,
  dispatcherOn,
  fannedOut,
  notificationOf,
  retry,
  START,
  seed,
  wakeFor,
} from '../dispatcher/harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const snsEvent = (message: unknown): SNSEvent => ({
  Records: [
    {
      EventVersion: '1.0',
      EventSubscriptionArn: '',
      EventSource: 'aws:sns',
      Sns: {
        SignatureVersion: '1',
        Timestamp: START,
        Signature: '',
        SigningCertUrl: '',
        MessageId: 'm1',
        Message: typeof message === 'string' ? message : JSON.stringify(message),
        MessageAttributes: {},
        Type: 'Notification',
        UnsubscribeUrl: '',
        TopicArn: '',
        Subject: '',
      },
    },
  ],
});

const feedbackOn = (overrides: Partial<MailFeedbackDeps> = {}) => {
  const { table } = test;
  const letters: DeadLetter[] = [];
  const captured: ExceptionReport[] = [];
  const run = handleFeedback({
    readDelivery: (ref) => readLoadedDelivery(table, ref),
    readSentTogether: (tag) => readSentTogether(table, tag),
    readRoutingContext: (productIds) => readRouting(table, { productIds }),
    recordHealth: (ref, change) => recordHealth(table, ref, change),
    suppressAddress: (entry) => suppressAddress(table, entry),
    forgetNotified: (of, messageId) => forgetNotified(table, of, messageId),
    changeDeliveries: (changes) => changeDeliveries(table, changes),
    sendDeadLetters: async (of) => {
      letters.push(...of);
      return new Set();
    },
    newRevision: randomUUID,
    now: () => new Date(START),
    log: createLog(() => {}),
    capture: async (report) => {
      captured.push(report);
    },
    ...overrides,
  });
  return { letters, captured, run: (message: unknown) => run(snsEvent(message)) };
};

let people = 0;

/** Somebody who got no email yet: one who did waits for the next. */
const mailTo = () => {
  people += 1;
  return { notification_email_to: `bob${people}@example.org`, notification_slack_webhook: '' };
};

/** A mail that was sent, as the table has it. */
const sentMail = async () => {
  const { product, messages } = await fannedOut(test.table, mailTo());
  const [message] = messages;
  if (message === undefined) throw new Error('no delivery');
  await dispatcherOn(test.table).run(message);
  return { product, message, delivery: await deliveryOf(test.table, message) };
};

/** The id of the message of an event alone. */
const idOf = ({ notification_id, delivery_id, message_id }: Delivery): string =>
  message_id ?? `${notification_id}.${delivery_id}`;

const tagged = (of: Delivery) => {
  const { notification_id, delivery_id } = of;
  const message = [messageTag(idOf(of))];
  return {
    ...bounce.mail,
    tags: { ...bounce.mail.tags, notification_id: [notification_id], delivery_id: [delivery_id], message },
  };
};

const bounceOf = (of: Delivery, bounceType = 'Permanent') => ({
  ...bounce,
  bounce: { ...bounce.bounce, bounceType },
  mail: tagged(of),
});

describe('a mail that bounced for good', () => {
  it('fails its delivery with what the mail server said, and is a dead letter', async () => {
    const { message, delivery } = await sentMail();
    const { run, letters } = feedbackOn();
    await run(bounceOf(delivery));
    const failed = await deliveryOf(test.table, message);
    const reason = 'Bounced (Permanent, General): smtp; 550 5.1.1 user unknown';
    expect(failed).toMatchObject({ status: 'failed', last_error: reason });
    expect(letters).toEqual([{ ...message.delivery, retry_of: failed.settled_at, reason }]);
    expect(failed).toMatchObject({ confirmation: 'bounced' });
  });

  it('closes the address, visibly, until the list is set again', async () => {
    const { product, delivery } = await sentMail();
    await feedbackOn().run(bounceOf(delivery));
    const health = await readHealth(test.table, product.id);
    expect(health.get(delivery.delivery_id)).toMatchObject({ channel: 'email', target: delivery.target, gone: true });

    const next = notificationOf(`${product.id}-next`, product);
    const later = {
      ...delivery,
      notification_id: next.id,
      status: 'pending' as const,
      message_id: null,
      settled_at: null,
    };
    await seed(test.table).notification(next);
    await seed(test.table).delivery(later);
    const dispatcher = dispatcherOn(test.table);
    const message = wakeFor(later);
    await dispatcher.run(message);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'skipped' });
    expect((await deliveryOf(test.table, message)).last_error).toMatch(
      /^Not sent to this address since .*user unknown/,
    );
    expect(dispatcher.messages).toEqual([]);

    await healChannels(test.table, { productId: product.id, deliveryIds: [delivery.delivery_id] });
    expect((await readHealth(test.table, product.id)).size).toBe(0);
  });

  it('changes nothing if the event is repeated', async () => {
    const { product, message, delivery } = await sentMail();
    const { run } = feedbackOn();
    await run(bounceOf(delivery));
    const once = [await deliveryOf(test.table, message), await readHealth(test.table, product.id)];
    await run(bounceOf(delivery));
    expect([await deliveryOf(test.table, message), await readHealth(test.table, product.id)]).toEqual(once);
  });

  it('says nothing of an address that is off the list', async () => {
    const { product, delivery } = await sentMail();
    await seed(test.table).product({
      ...product,
      ...sealedFields(product.id, { notification_email_to: 'eve@example.org' }),
    });
    await feedbackOn().run(bounceOf(delivery));
    expect((await readHealth(test.table, product.id)).size).toBe(0);
  });
});

describe('an email of several events that bounced', () => {
  const sentTogether = async () => {
    const to = mailTo();
    const both = [await fannedOut(test.table, to), await fannedOut(test.table, to)];
    const messages = both.flatMap((of) => of.messages);
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(...messages);
    expect(dispatcher.messages).toMatchObject([{ event: { type: 'digest.sent' } }]);
    const deliveries = await Promise.all(messages.map((message) => deliveryOf(test.table, message)));
    expect(new Set(deliveries.map(({ message_id }) => message_id)).size).toBe(1);
    return { messages, deliveries, sent: dispatcher.messages[0] };
  };

  it('fails all deliveries that it reports, each with a dead letter', async () => {
    const { messages, deliveries, sent } = await sentTogether();
    const [first] = deliveries;
    if (first === undefined) throw new Error('no delivery');
    expect(sent?.tags['message']).toBe(messageTag(idOf(first)));
    const { run, letters } = feedbackOn();
    await run(bounceOf(first, 'Undetermined'));
    for (const message of messages)
      expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'failed', confirmation: 'bounced' });
    expect(letters).toHaveLength(2);
  });

  it('leaves one alone that was sent again since, and fails the others', async () => {
    const { messages, deliveries } = await sentTogether();
    const [first, second] = deliveries;
    if (first === undefined || second === undefined) throw new Error('no delivery');
    const later = { ...second, message_id: 'a-later-one', version: second.version + 1 };
    await seed(test.table).delivery(later);
    await feedbackOn().run(bounceOf(first, 'Undetermined'));
    const statuses = await Promise.all(messages.map(async (message) => (await deliveryOf(test.table, message)).status));
    expect(statuses).toEqual(['failed', 'sent']);
  });
});

describe('feedback', () => {
  it.each([
    ['Transient', 'General', [{ emailAddress: 'bob@example.org' }]],
    [
      'Transient',
      'General',
      [{ emailAddress: 'bob@example.org', action: 'delayed', diagnosticCode: 'smtp; 450 4.2.0' }],
    ],
    ['Undetermined', 'Undetermined', []],
    ['Undetermined', 'Undetermined', undefined],
  ])('that is %s/%s without a failed action, as of an out-of-office reply, leaves the delivery sent', async (...of) => {
    const { product, message, delivery } = await sentMail();
    const { run, letters } = feedbackOn();
    const [bounceType, bounceSubType, bouncedRecipients] = of;
    await run({
      eventType: 'Bounce',
      bounce: { bounceType, bounceSubType, bouncedRecipients, feedbackId: 'f' },
      mail: tagged(delivery),
    });
    expect(await deliveryOf(test.table, message)).toEqual(delivery);
    expect((await readHealth(test.table, product.id)).size).toBe(0);
    expect(letters).toEqual([]);
  });

  it('that is undetermined fails the delivery where a diagnostic says that it failed', async () => {
    const { message, delivery } = await sentMail();
    await feedbackOn().run(bounceOf(delivery, 'Undetermined'));
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'failed' });
  });

  it('that is SES’s greeting to a new topic is no exception', async () => {
    const { run, captured } = feedbackOn();
    await run('Successfully validated SNS topic for Amazon SES event publishing.');
    expect(captured).toEqual([]);
  });

  it('of a full mailbox fails the delivery and leaves the address open', async () => {
    const { product, message, delivery } = await sentMail();
    await feedbackOn().run(bounceOf(delivery, 'Transient'));
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'failed' });
    expect((await readHealth(test.table, product.id)).size).toBe(0);
  });

  it('that is a complaint closes the address', async () => {
    const { product, message, delivery } = await sentMail();
    const complaint = { complaintFeedbackType: 'abuse', feedbackId: 'f1' };
    await feedbackOn().run({ eventType: 'Complaint', complaint, mail: tagged(delivery) });
    const reason = 'The recipient complained (abuse)';
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'failed', last_error: reason });
    expect((await readHealth(test.table, product.id)).get(delivery.delivery_id)).toMatchObject({ gone: true, reason });
  });

  it('that is a complaint keeps all mail from the person, for every product, until it is lifted', async () => {
    const { delivery } = await sentMail();
    const complaint = { complaintFeedbackType: 'abuse', feedbackId: 'f1' };
    await feedbackOn().run({ eventType: 'Complaint', complaint, mail: tagged(delivery) });

    const other = await fannedOut(test.table, {
      ...mailTo(),
      notification_email_to: delivery.target.replace('bob', 'Bob'),
    });
    const [message] = other.messages;
    if (message === undefined) throw new Error('no delivery');
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(message);
    expect(dispatcher.messages).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({
      status: 'skipped',
      last_error: expect.stringMatching(/^Not sent: the recipient complained/),
    });

    await deleteSuppressed(test.table, delivery.target);
    const later = await fannedOut(test.table, { ...mailTo(), notification_email_to: delivery.target });
    const [next] = later.messages;
    if (next === undefined) throw new Error('no delivery');
    await dispatcher.run(next);
    expect(await deliveryOf(test.table, next)).toMatchObject({ status: 'sent' });
  });

  it.each([
    ['named by it', { complainedRecipients: [{ emailAddress: 'Zoe <zoe@example.org>' }] }, 'zoe@example.org'],
    ['of the mail', {}, 'recipient@example.com'],
  ])('that is a complaint about a mail that is not known suppresses the address %s', async (_, named, address) => {
    await feedbackOn().run({ eventType: 'Complaint', complaint: { feedbackId: 'f1', ...named }, mail: bounce.mail });
    expect(await findSuppressed(test.table, address)).toMatchObject({ address, product_id: null });
  });

  it('that a mail was no spam changes nothing', async () => {
    const { message, delivery } = await sentMail();
    const complaint = { complaintFeedbackType: 'not-spam', feedbackId: 'f1' };
    await feedbackOn().run({ eventType: 'Complaint', complaint, mail: tagged(delivery) });
    expect(await deliveryOf(test.table, message)).toEqual(delivery);
    expect(await findSuppressed(test.table, delivery.target)).toBeNull();
  });

  it('that SES rejected a mail fails the delivery', async () => {
    const { message, delivery } = await sentMail();
    await feedbackOn().run({ eventType: 'Reject', reject: { reason: 'Bad content' }, mail: tagged(delivery) });
    expect(await deliveryOf(test.table, message)).toMatchObject({ last_error: 'SES rejected the email: Bad content' });
  });

  it('of a mail before the last one leaves the delivery alone', async () => {
    const { message, delivery } = await sentMail();
    const { run, letters } = feedbackOn();
    await run(bounceOf({ ...delivery, message_id: 'an-earlier-one' }, 'Transient'));
    expect(await deliveryOf(test.table, message)).toEqual(delivery);
    expect(letters).toEqual([]);
  });

  it('that is quicker than the settlement comes again', async () => {
    const { messages } = await fannedOut(test.table, mailTo());
    const [message] = messages;
    if (message === undefined) throw new Error('no delivery');
    const { run, captured } = feedbackOn();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(async () => {
      await expect(run(bounceOf(await deliveryOf(test.table, message), 'Transient'))).rejects.toThrow(
        'not settled yet',
      );
      return { kind: 'sent' };
    });
    await dispatcher.run(message);
    expect(captured).toMatchObject([{ type: 'task', function: 'mail-feedback' }]);
    await run(bounceOf(await deliveryOf(test.table, message), 'Transient'));
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'failed' });
  });

  it('of a mail that is to be tried again leaves that to the schedule', async () => {
    const { messages } = await fannedOut(test.table, mailTo());
    const [message] = messages;
    if (message === undefined) throw new Error('no delivery');
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(retry());
    await dispatcher.run(message);
    await feedbackOn().run(bounceOf(await deliveryOf(test.table, message), 'Transient'));
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'retrying' });
  });

  it.each([
    ['without tags, as test messages have none', bounce],
    [
      'of a notification that was deleted',
      { ...bounce, mail: { ...bounce.mail, tags: { notification_id: ['x'], delivery_id: ['y'], message: ['z'] } } },
    ],
  ])('%s is nobody’s', async (_, message) => {
    const { run, captured } = feedbackOn();
    await run(message);
    expect(captured).toEqual([]);
  });

  it.each([['no JSON'], [{ eventType: 'Delivery' }]])('that is none is an exception: %s', async (message) => {
    const { run, captured } = feedbackOn();
    await expect(run(message)).rejects.toThrow();
    expect(captured).toHaveLength(1);
  });

  it('that the dead-letter queue does not take comes again', async () => {
    const { message, delivery } = await sentMail();
    const { run } = feedbackOn({ sendDeadLetters: async () => new Set([0]) });
    await expect(run(bounceOf(delivery))).rejects.toThrow('rejected');
    const again = feedbackOn();
    await again.run(bounceOf(delivery));
    expect(again.letters).toMatchObject([message.delivery]);
  });
});
