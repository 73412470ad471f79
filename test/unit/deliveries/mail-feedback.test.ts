import { describe, expect, it } from 'vitest';
import { bounced } from '../../../core/deliveries/lifecycle.ts';
import {
  classifyFeedback,
  type FeedbackStep,
  type MailFeedback,
  mailFeedbackSchema,
  onFailedMail,
} from '../../../core/deliveries/mail-feedback.ts';
import type { Delivery } from '../../../core/deliveries/model.ts';
import { deadLettered } from '../../../core/deliveries/next-step.ts';
import { inSeconds, NOW, someDelivery } from './some-delivery.ts';

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

const sent = (fields: Partial<Delivery> = {}) => someDelivery({ claim: 'c1', status: 'sent', ...fields });

describe('a delivery whose mail failed', () => {
  const ROWS: readonly (readonly [what: string, delivery: Delivery, step: FeedbackStep])[] = [
    ['recorded as sent', sent(), 'fail'],
    ['recorded as sent, and sent again since', sent({ claim: 'c2' }), 'none'],
    ['being settled', sent({ status: 'pending', lease_until: inSeconds(60) }), 'again'],
    ['pending again', sent({ status: 'pending' }), 'none'],
    ['retrying', sent({ status: 'retrying' }), 'none'],
    ['skipped', sent({ status: 'skipped' }), 'none'],
    ['failed, not in the dead-letter queue', sent({ status: 'failed' }), 'send-dead-letter'],
    ['failed, in the dead-letter queue', sent({ status: 'failed', is_dead_lettered: true }), 'none'],
  ];
  it.each(ROWS)('%s', (_, delivery, step) => {
    expect(onFailedMail(delivery, 'c1')).toBe(step);
  });

  it('goes through both steps once', () => {
    const failed = bounced(sent(), 'Bounced', NOW);
    expect([onFailedMail(failed, 'c1'), onFailedMail(deadLettered(failed), 'c1')]).toEqual([
      'send-dead-letter',
      'none',
    ]);
  });
});
