import { describe, expect, it } from 'vitest';
import { reasonOf, sentNotes, waitOf } from '../../../web/src/notifications/delivery-words.ts';

const AT = '2026-11-29T14:05:10.000Z';

describe('what a delivery waits for', () => {
  it.each([
    ['schedule', AT, 'Its schedule sends at'],
    ['mute', AT, 'Muted until'],
    ['interval', AT, 'Next message to this target at'],
    ['throttled', AT, 'Throttled until'],
    ['failing', AT, 'Retried at'],
    ['account_rate', AT, "Waits for the account's send rate until"],
    ['paused', null, 'An administrator paused the target'],
  ] as const)('%s', (due_reason, due_at, text) => {
    expect(waitOf({ due_at, due_reason })).toEqual({ text, at: due_at });
  });

  it('is nothing where nothing makes it wait', () => {
    expect(waitOf({ due_at: AT, due_reason: null })).toBeNull();
  });
});

describe('what is known of a sent message', () => {
  it.each([
    ['email', 'accepted', 'sent', '01.email', 'Accepted by Amazon SES'],
    ['ms_teams', 'accepted', 'sent', '01.ms_teams', 'Accepted by the flow'],
    ['webhook', 'accepted', 'sent', '01.webhook', 'Accepted'],
    ['slack', 'posted', 'sent', 'digest.0a1b', 'Posted · Sent together with others'],
    ['email', 'bounced', 'failed', 'digest.0a1b', 'Bounced'],
    ['slack', null, 'sent', 'digest.0a1b', 'Sent together with others'],
    ['slack', null, 'pending', null, ''],
  ] as const)('%s %s %s %s', (channel, confirmation, status, message_id, notes) => {
    expect(sentNotes({ channel, confirmation, status, message_id })).toBe(notes);
  });
});

describe('why no message was sent', () => {
  const gate = { type: 'security_gate' } as const;
  it.each([
    ['back_to_told_state', gate, 'No message: the gate is back in the state that was last sent here'],
    ['back_to_told_state', { type: 'exception' }, 'No message: the alarm is back in the state that was last sent here'],
    ['failure_not_sent', { type: 'exception' }, "No message: the failure that is over wasn't sent here"],
    ['no_sender', gate, 'From the server'],
    [null, gate, 'From the server'],
  ] as const)('%s of %o', (reason_code, notification, text) => {
    expect(reasonOf({ reason_code, last_error: 'From the server' }, notification)).toBe(text);
  });
});
