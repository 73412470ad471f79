import { describe, expect, it } from 'vitest';
import { bounced } from '../../../core/deliveries/lifecycle.ts';
import {
  classifyFeedback,
  type FeedbackStep,
  type MailFeedback,
  mailFeedbackSchema,
  messageTag,
  onFailedMail,
} from '../../../core/deliveries/mail-feedback.ts';
import type { Delivery } from '../../../core/deliveries/model.ts';
import { NOW, someDelivery } from './some-delivery.ts';

const bounce = (bounceType: string, recipient: object | null = {}): MailFeedback =>
  mailFeedbackSchema.parse({
    eventType: 'Bounce',
    mail: {},
    bounce: { bounceType, bounceSubType: 'General', bouncedRecipients: recipient ? [recipient] : [], feedbackId: '1' },
  });
const complaint = (complaintFeedbackType: string | null): MailFeedback =>
  mailFeedbackSchema.parse({ eventType: 'Complaint', mail: {}, complaint: { complaintFeedbackType, feedbackId: '1' } });
const reject = mailFeedbackSchema.parse({ eventType: 'Reject', mail: {}, reject: { reason: 'Bad content' } });

const FULL = { action: 'failed', diagnosticCode: 'smtp; 452 mailbox full' };

describe('feedback', () => {
  it.each([
    ['a permanent bounce closes the address', bounce('Permanent'), 'closed'],
    ['a full mailbox fails the delivery', bounce('Transient', FULL), 'failed'],
    [
      'a full mailbox with another spelling of the action',
      bounce('Transient', { ...FULL, action: 'Failed' }),
      'failed',
    ],
    ['a delay changes nothing', bounce('Transient', { ...FULL, action: 'delayed' }), 'none'],
    ['an out-of-office reply changes nothing', bounce('Transient'), 'none'],
    ['an undetermined bounce without recipients changes nothing', bounce('Undetermined', null), 'none'],
    ['a complaint closes the address', complaint('abuse'), 'closed'],
    ['a complaint of no kind closes the address', complaint(null), 'closed'],
    ['a report that it was no spam changes nothing', complaint('not-spam'), 'none'],
    ['a rejected mail fails the delivery', reject, 'failed'],
  ])('%s', (_, feedback, effect) => {
    expect(classifyFeedback(feedback).effect).toBe(effect);
  });
});

const TAG = messageTag('m1');
const emailed = (fields: Partial<Delivery> = {}) =>
  someDelivery({ message_id: 'm1', status: 'sent', settled_at: NOW.toISOString(), ...fields });

describe('a delivery whose email failed', () => {
  const ROWS: readonly (readonly [what: string, delivery: Delivery, step: FeedbackStep])[] = [
    ['recorded as sent', emailed(), 'fail'],
    ['recorded as sent, and sent again since', emailed({ message_id: 'm2' }), 'none'],
    ['being sent for the first time', someDelivery(), 'again'],
    ['sent again, and waiting', emailed({ status: 'retrying', settled_at: null }), 'none'],
    ['skipped', emailed({ status: 'skipped' }), 'none'],
    ['failed', emailed({ status: 'failed' }), 'none'],
  ];
  it.each(ROWS)('%s', (_, delivery, step) => {
    expect(onFailedMail(delivery, TAG)).toBe(step);
  });

  it('fails once', () => {
    expect(onFailedMail(bounced(emailed(), 'Bounced', NOW), TAG)).toBe('none');
  });

  it('is named by a tag that SES takes, and by no other message', () => {
    expect(TAG).toMatch(/^[A-Za-z0-9_-]{1,256}$/);
    expect(messageTag('m2')).not.toBe(TAG);
  });
});
