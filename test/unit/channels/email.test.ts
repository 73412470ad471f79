import type { SendRawEmailCommandInput } from '@aws-sdk/client-ses';
import { SESServiceException } from '@aws-sdk/client-ses';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { renderEmail as renderStory } from '../../../core/channels/email/email-message.ts';
import { email, outcomeOfSesError } from '../../../core/channels/email/index.ts';
import type { SendEmail } from '../../../core/channels/email/ses.ts';
import { toEvent } from '../../../core/channels/event.ts';
import { toMessageContent } from '../../../core/channels/message-content.ts';
import type { Notification } from '../../../core/notifications/model.ts';
import { BASE_URL, exception, gateFailed, HOSTILE, hostileException, reportOverdue } from './samples.ts';

const renderEmail = (of: Notification, baseUrl: string) => renderStory(toMessageContent(of, baseUrl));

const toBob = (from: string) =>
  ({
    content: toMessageContent(gateFailed, ''),
    event: toEvent(gateFailed, ''),
    destination: { kind: 'address', channel: 'email', address: 'bob@example.org', from },
    id: '01KB7Q.email-1f',
    thread: null,
    tracking: null,
  }) as const;

const transports = (sendEmail: SendEmail) => ({
  sendEmail,
  post: () => Promise.reject(new Error('Nothing is posted here')),
  now: () => new Date('2026-12-02T14:05:10Z'),
});

describe('what a mail says', () => {
  it('tells a gate that failed', () => {
    expect(renderEmail(gateFailed, BASE_URL)).toMatchSnapshot();
  });

  it('tells an overdue report', () => {
    expect(renderEmail(reportOverdue, BASE_URL)).toMatchSnapshot();
  });

  it('tells an exception, with its trace and how many were held back', () => {
    expect(renderEmail(exception, BASE_URL)).toMatchSnapshot();
  });

  it('has no link without a base URL', () => {
    expect(renderEmail(gateFailed, '').html).not.toContain('<a ');
  });

  it('lets no header in by the subject', () => {
    const hostile = 'Gate\r\nBcc: all@evil.example\u2028X: y\u0000';
    expect(renderEmail({ ...exception, name: hostile }, BASE_URL).subject).toBe(
      'Gate Bcc: all@evil.example X: y[U+0000]',
    );
    const { subject } = renderEmail({ ...gateFailed, product_name: hostile }, BASE_URL);
    expect(subject).toBe('Gate Bcc: all@evil.example X: y[U+0000] failed its gate');
    expect(renderEmail(hostileException, BASE_URL).subject.length).toBeLessThanOrEqual(200);
  });

  it('lets no markup in by foreign text', () => {
    const ours = renderEmail(exception, BASE_URL).html.match(/<[^>]*>/g);
    const name = 'ValueError in import_observations';
    const theirs = renderEmail({ ...exception, name, message: HOSTILE, trace: HOSTILE, user: HOSTILE }, BASE_URL).html;
    expect(theirs.match(/<[^>]*>/g)?.filter((tag) => tag !== '<br>')).toEqual(ours?.filter((tag) => tag !== '<br>'));
  });

  it('keeps the verdict in the subject when the name is long', () => {
    const { subject } = renderEmail({ ...gateFailed, product_name: 'Long name '.repeat(25) }, BASE_URL);
    expect(subject).toMatch(/^Long name .*….* failed its gate$/);
    expect(subject.length).toBeLessThanOrEqual(200);
  });

  // Outlook for Windows ignores `white-space: pre-wrap`.
  it('breaks lines by elements and keeps their indentation', () => {
    const { html } = renderEmail({ ...exception, message: 'one\n  two', trace: 'at a\n    at b' }, BASE_URL);
    expect(html).toContain('one<br>\n&nbsp;&nbsp;two');
    expect(html).toContain('at a<br>\n&nbsp;&nbsp;&nbsp;&nbsp;at b');
    expect(html).not.toContain('pre-wrap');
  });

  it('breaks long words in every element that holds foreign text', () => {
    const word = 'x'.repeat(300);
    const { html } = renderEmail({ ...exception, name: word, message: word, trace: word, user: word }, BASE_URL);
    const holding = [...html.matchAll(/<(\w+) class="[^"]*"(?: bgcolor="[^"]*")? style="([^"]*)">[^<]*x{300}/g)];
    expect(holding).toHaveLength(4);
    for (const [, , style] of holding) expect(style).toContain('overflow-wrap:anywhere;word-break:break-word');
  });

  // Outlook for Windows renders with Word: it knows tables and inline styles, and inherits no fonts into cells.
  it('is laid out in tables with a font in every cell that holds text', () => {
    const { html } = renderEmail(exception, BASE_URL);
    expect(html.replace(/<style>.*?<\/style>/gs, '')).not.toMatch(/display:|position:|float:|flex|grid|rgba?\(|var\(/);
    const cells = [...html.matchAll(/<(?:td|h1|p)\b[^>]*style="([^"]*)"[^>]*>(?=[^<\s])/g)].map(([, style]) => style);
    expect(cells.length).toBeGreaterThan(10);
    for (const style of cells.filter((each) => !each?.startsWith('height:4px'))) expect(style).toContain('font-family');
  });

  it.each([
    ['passed', '#1d8102'],
    ['failed', '#d13212'],
    ['none', '#687078'],
  ] as const)('has a bar that shows a gate that is %s by its color', (to, color) => {
    expect(renderEmail({ ...gateFailed, to }, BASE_URL).html).toContain(`bgcolor="${color}"`);
  });

  it('stays small', () => {
    const { html, text } = renderEmail(hostileException, BASE_URL);
    expect(Buffer.byteLength(html) + Buffer.byteLength(text)).toBeLessThan(400_000);
  });
});

describe('what SES answers', () => {
  const error = (name: string, message = 'text', httpStatusCode = 400) =>
    new SESServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } });

  it.each([
    ['MessageRejected', 'refused'],
    ['InvalidParameterValue', 'refused'],
    ['ConfigurationSetDoesNotExist', 'retry'],
    ['ConfigurationSetDoesNotExistException', 'retry'],
    ['MailFromDomainNotVerifiedException', 'retry'],
    ['AccountSendingPausedException', 'retry'],
    ['AccessDenied', 'retry'],
    ['SomethingNew', 'refused'],
    ['constructor', 'refused'],
  ])('%s: %s', (name, kind) => {
    expect(outcomeOfSesError(error(name))).toMatchObject({ kind });
  });

  it('tries again after what is not the message', () => {
    const retry = { kind: 'retry', burnsAttempt: true };
    expect(outcomeOfSesError(error('ServiceUnavailable', 'text', 503))).toMatchObject(retry);
    expect(outcomeOfSesError(error('ExpiredToken', 'text', 403))).toMatchObject(retry);
    expect(outcomeOfSesError(new DOMException('x', 'TimeoutError'))).toMatchObject(retry);
  });

  it('waits seconds for the rate and an hour for the quota, and counts neither', () => {
    expect(outcomeOfSesError(error('Throttling', 'Maximum sending rate exceeded.'))).toMatchObject({
      kind: 'retry',
      afterSeconds: null,
      burnsAttempt: false,
    });
    expect(outcomeOfSesError(error('Throttling', 'Daily message quota exceeded.'))).toMatchObject({
      kind: 'retry',
      afterSeconds: 3_600,
      burnsAttempt: false,
    });
  });

  it.each([
    ['MessageRejected', 'Email address is not verified. The following identities failed the check in region US-EAST-1'],
    ['MessageRejected', 'Sending paused for this account.'],
    ['MessageRejected', 'Sending suspended for this account.'],
    ['AccountSendingPausedException', 'Email sending is disabled for account.'],
    ['ConfigurationSetSendingPausedException', 'Email sending is disabled for configuration set.'],
    ['ConfigurationSetDoesNotExist', 'Configuration set <ours> does not exist.'],
  ])('tries again after an hour what people mend: %s, %s', (name, message) => {
    expect(outcomeOfSesError(error(name, message))).toMatchObject({ kind: 'retry', afterSeconds: 3_600 });
  });

  it('quotes no address', () => {
    const message =
      'Email address is not verified. The following identities failed: bob@example.org, Al <al@example.org>';
    expect(outcomeOfSesError(error('MessageRejected', message))).toMatchObject({
      kind: 'retry',
      reason:
        'SES: MessageRejected: Email address is not verified. The following identities failed: [address], Al <[address]>',
    });
  });

  it('sends to one recipient, in UTF-8', async () => {
    const inputs: SendRawEmailCommandInput[] = [];
    const accepted = { MessageId: 'm-1', $metadata: { httpStatusCode: 200 } };
    const sendEmail: SendEmail = async (input) => {
      inputs.push(input);
      return accepted;
    };
    const result = await email.send(toBob('Gatebell <gate@example.org>'), transports(sendEmail));
    expect(result).toEqual({ outcome: { kind: 'sent' }, status: 200, answer: 'Message m-1' });
    expect(inputs).toMatchObject([
      {
        Source: 'gate@example.org',
        Destinations: ['bob@example.org'],
      },
    ]);
    const read = await PostalMime.parse(inputs[0]?.RawMessage?.Data ?? '');
    expect(read).toMatchObject({
      from: { name: 'Gatebell', address: 'gate@example.org' },
      to: [{ address: 'bob@example.org' }],
      subject: 'Shop failed its gate',
    });
    expect(inputs[0]).not.toHaveProperty('Tags');
  });

  it('names the mail by tags, where its feedback is wanted', async () => {
    const inputs: SendRawEmailCommandInput[] = [];
    const tracking = {
      configurationSet: 'ours',
      tags: { notification_id: '01KB7Q', delivery_id: 'email-1f', claim: 'a-1' },
    };
    await email.send(
      { ...toBob('gate@example.org'), tracking },
      transports(async (input) => inputs.push(input)),
    );
    expect(inputs).toMatchObject([
      {
        ConfigurationSetName: 'ours',
        Tags: [
          { Name: 'notification_id', Value: '01KB7Q' },
          { Name: 'delivery_id', Value: 'email-1f' },
          { Name: 'claim', Value: 'a-1' },
        ],
      },
    ]);
    for (const { Name = '', Value = '' } of inputs[0]?.Tags ?? []) expect(`${Name}${Value}`).toMatch(/^[\w-]+$/);
  });

  it('names no tags for a mail of no delivery, which has its configuration set all the same', async () => {
    const inputs: SendRawEmailCommandInput[] = [];
    const tracking = { configurationSet: 'ours', tags: {} };
    await email.send(
      { ...toBob('gate@example.org'), tracking },
      transports(async (input) => inputs.push(input)),
    );
    expect(inputs).toMatchObject([{ ConfigurationSetName: 'ours' }]);
    expect(inputs[0]).not.toHaveProperty('Tags');
  });
});
