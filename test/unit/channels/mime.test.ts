import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { headerText, type Mail, writeMail } from '../../../core/channels/email/mime.ts';
import { messageIds } from '../../../core/channels/message-ids.ts';
import { gateFailed, HOSTILE } from './samples.ts';

const MAIL: Mail = {
  from: { name: '', address: 'gate@example.org' },
  to: 'bob@example.org',
  subject: 'Subject',
  text: 'Text',
  html: '<p>HTML</p>',
  messageId: 'a.b',
  thread: 'gate.p1',
};

const NAMES = ['from', 'to', 'subject', 'message-id', 'in-reply-to', 'references', 'auto-submitted', 'mime-version'];

const read = (mail: Partial<Mail>) => PostalMime.parse(writeMail({ ...MAIL, ...mail }));

describe('a mail on the wire', () => {
  it('says that a program sent it, and names itself and its conversation', async () => {
    const { headers, messageId, references } = await read({});
    expect(headers.map(({ key }) => key)).toEqual([...NAMES, 'content-type']);
    expect(headers).toContainEqual(expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }));
    expect({ messageId, references }).toEqual({
      messageId: '<a.b@example.org>',
      references: '<gate.p1@example.org>',
    });
  });

  it('has no conversation but for the gate of a product', async () => {
    const { id, thread } = messageIds({ ...gateFailed, type: 'exception' }, 'email-1f');
    const { references, messageId } = await read({ messageId: id, thread });
    expect({ references, messageId }).toEqual({
      references: undefined,
      messageId: `<${gateFailed.id}.email-1f@example.org>`,
    });
    expect(messageIds(gateFailed, 'email-1f').thread).toBe(
      messageIds({ ...gateFailed, id: 'another' }, 'email-2a').thread,
    );
  });

  it('brings text and HTML as they are', async () => {
    const text = `${HOSTILE}\n.\nFrom x\n--=_gatebell_alternative--\n${'x'.repeat(5_000)}`.replaceAll('\r\n', '\n');
    const mail = await read({ text, html: `<p>${text}</p>` });
    expect(mail.text?.replaceAll('\r\n', '\n').trimEnd()).toBe(text);
    expect(mail.html?.replaceAll('\r\n', '\n').trimEnd()).toBe(`<p>${text}</p>`);
    expect(mail.attachments).toEqual([]);
  });

  it.each([
    ['Bell', 'Bell'],
    ['Bell, Gate', 'Bell, Gate'],
    ['The "Bell" \\ co', 'The "Bell" \\ co'],
    ['Glöckchen 🔔', 'Glöckchen 🔔'],
    ['=?utf-8?Q?x?=', '=?utf-8?Q?x?='],
  ])('comes from %s', async (name, shown) => {
    const { from } = await read({ from: { name, address: 'gate@bücher.example' } });
    expect(from).toMatchObject({ name: shown, address: 'gate@xn--bcher-kva.example' });
  });

  it.each(['a@x.org\r\nBcc: c@z.org', 'a@x.org>', 'a,b@x.org', 'jürgen@x.org'])('goes to no %j', (to) => {
    expect(() => writeMail({ ...MAIL, to })).toThrow('not fit for a header');
  });

  const foreign = fc.string({
    unit: fc.oneof(
      fc.constantFrom('=?', '?=', '\r', '\n', ' ', '"', '\\', '<', '👩‍👩‍👧', 'ü', 'utf-8?B?'),
      fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
    ),
    maxLength: 300,
  });

  it('is ASCII in short lines with the same headers, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(foreign, async (text) => {
        const written = writeMail({ ...MAIL, subject: text, text, html: text, from: { ...MAIL.from, name: text } });
        expect(written).toMatch(/^[\r\n\x20-\x7e]*$/);
        const lines = written.split('\r\n');
        for (const line of lines) {
          expect(line).not.toMatch(/[\r\n]/);
          expect(line.length).toBeLessThanOrEqual(90);
        }
        const { headers } = await PostalMime.parse(written);
        expect(headers.map(({ key }) => key)).toEqual([...NAMES, 'content-type']);
      }),
      { numRuns: 200 },
    );
  });

  it('has a subject of encoded words of at most 75 characters, cut between characters', () => {
    const words = headerText('Prüfung 👩‍👩‍👧 '.repeat(20)).split('\r\n ');
    const decoded = words.map((word) => {
      expect(word.length).toBeLessThanOrEqual(75);
      return Buffer.from(/^=\?UTF-8\?B\?(.*)\?=$/.exec(word)?.[1] ?? '', 'base64').toString();
    });
    expect(decoded.join('')).toBe('Prüfung 👩‍👩‍👧 '.repeat(20));
    expect(decoded.join('')).not.toContain('\ufffd');
  });
});
