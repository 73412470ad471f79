import { type Mailbox, wireAddress } from './addresses.ts';

/** A mail to be written. `messageId` and `thread` are the parts before the `@`: letters, digits, `.` and `-`. */
export type Mail = {
  readonly from: Mailbox;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Null leaves it to SES. */
  readonly messageId: string | null;
  /** Names the conversation that mail programs show the mail in; null for none. */
  readonly thread: string | null;
};

/** Bytes in an encoded word, so that it stays below its 75 characters (RFC 2047, section 2) in base64. */
const WORD_BYTES = 45;

/** The longest text that is written as it is: with a header's name it stays below 78 characters (RFC 5322, 2.1.1). */
const PLAIN = /^(?! )[\x20-\x7e]{0,60}(?<! )$/;

const encodedWord = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;

/** Text cut between characters into pieces of at most 45 bytes. */
const pieces = (text: string): string[] => {
  const found: string[] = [];
  let piece = '';
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > WORD_BYTES) {
      found.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...found, piece];
};

/**
 * Any text for a header, as encoded words (RFC 2047) where it isn't short ASCII: no line break gets out of one. `=?` is
 * encoded, too, so that nothing is decoded that we have not encoded.
 */
export const headerText = (text: string): string =>
  PLAIN.test(text) && !text.includes('=?') ? text : pieces(text.toWellFormed()).map(encodedWord).join('\r\n ');

/** Throws for an address that could end its header: what is stored has been checked (domain/email-addresses.ts). */
const angleAddress = (address: string): string => {
  const written = wireAddress(address);
  if (!/^[\x21-\x7e]+@[a-z\d.-]+$/.test(written) || /[<>",;\\]/.test(written))
    throw new Error('An address is not fit for a header');
  return `<${written}>`;
};

/** A display name as a quoted string, or as encoded words (RFC 5322, section 3.4). */
const mailboxText = ({ name, address }: Mailbox): string => {
  if (name === '') return angleAddress(address);
  const written = headerText(name);
  const isEncoded = written !== name;
  return `${isEncoded ? written : `"${name.replace(/["\\]/g, '\\$&')}"`}\r\n ${angleAddress(address)}`;
};

/** Base64 in lines of 76 characters (RFC 2045, section 6.8), which no boundary with a `_` can occur in. */
const base64Lines = (text: string): string =>
  Buffer.from(text.toWellFormed())
    .toString('base64')
    .replace(/.{76}(?=.)/g, '$&\r\n');

const BOUNDARY = '=_gatebell_alternative';

const part = (type: string, text: string): string =>
  [
    `--${BOUNDARY}`,
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    base64Lines(text),
    '',
  ].join('\r\n');

/**
 * The ids of a message and of its thread. SES puts a `Message-ID` of its own in the place of ours, but leaves `References`
 * ("Amazon SES header fields"): a root that all mails of a thread name holds them together although no mail has it.
 */
const idHeaders = ({ from, messageId, thread }: Mail): string[] => {
  const domain = wireAddress(from.address).split('@').at(-1);
  const root = `<${thread}@${domain}>`;
  return [
    ...(messageId === null ? [] : [`Message-ID: <${messageId}@${domain}>`]),
    ...(thread === null ? [] : [`In-Reply-To: ${root}`, `References: ${root}`]),
  ];
};

/**
 * A mail as its bytes (RFC 5322 and MIME), in ASCII: text and HTML as alternatives. It has no `Date`, which SES sets whatever
 * stands there.
 */
export const writeMail = (mail: Mail): string =>
  [
    `From: ${mailboxText(mail.from)}`,
    `To: ${angleAddress(mail.to)}`,
    `Subject: ${headerText(mail.subject)}`,
    ...idHeaders(mail),
    // RFC 3834: so that nothing answers it by itself.
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${BOUNDARY}"`,
    '',
    `${part('text/plain', mail.text)}${part('text/html', mail.html)}--${BOUNDARY}--`,
    '',
  ].join('\r\n');
