import type { Answer } from '../../../../packages/cdk-local/src/aws-proxy/refusal.ts';

/** What a target does with a message that it does not simply take. */
export type Behaviour = {
  /** Of a webhook its URL, else the address. */
  readonly target: string;
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How often, before it takes messages again. */
  readonly times: number;
  /** Only with messages in which this stands. */
  readonly about?: string;
  /** It takes the message, and the connection breaks before it answers. */
  readonly breaksOff?: true;
};

/** A message that a target has taken. */
export type Taken = {
  readonly target: string;
  /** The notifications to which it links: of each subject the newest. */
  readonly notificationIds: readonly string[];
  /** Equal messages have the same. */
  readonly body: string;
  /** The invocation that sent it. */
  readonly by: number;
  /** How many records the journal had then. */
  readonly at: number;
  /** When it was taken, by the true clock. */
  readonly timeMs: number;
  /** Whether the sender got the answer: it may have died before, or the connection broke. */
  readonly isAnswered: boolean;
};

/** Who sends, when, and whether it hears the answer. */
export type Sender = Pick<Taken, 'by' | 'at' | 'timeMs' | 'isAnswered'>;

const XML = { 'content-type': 'text/xml' };
const SES_ANSWER = `<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult>
<MessageId>0000</MessageId></SendRawEmailResult><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></SendRawEmailResponse>`;

/** The links of a message name its notifications. */
const notificationsIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/\/notifications\/([0-9A-Z]{26})/g)].map(([, id = '']) => id)),
];

/** The mail server and the webhooks of Teams and Slack. */
export class Outside {
  readonly taken: Taken[] = [];
  readonly #behaviours: { readonly of: Behaviour; left: number }[];

  constructor(behaviours: readonly Behaviour[]) {
    this.#behaviours = behaviours.map((of) => ({ of, left: of.times }));
  }

  /** A mail, as SES is asked to send it (its query protocol). */
  sendMail(body: string, sender: Sender): Answer {
    const form = new URLSearchParams(body);
    const target = form.get('Destinations.member.1') ?? '';
    const written = Buffer.from(form.get('RawMessage.Data') ?? '', 'base64').toString();
    // Each part is base64 by itself.
    const text = written
      .split('\r\n\r\n')
      .map((part) => Buffer.from(part, 'base64').toString())
      .join(' ');
    this.taken.push({ target, notificationIds: notificationsIn(text), body: text, ...sender });
    return { status: 200, headers: XML, body: SES_ANSWER };
  }

  /** A post to a webhook. */
  post(target: string, body: string, sender: Sender): Answer | 'lost' {
    const scripted = this.#behaviours.find(
      ({ of, left }) => of.target === target && left > 0 && body.includes(of.about ?? ''),
    );
    if (scripted !== undefined) {
      scripted.left -= 1;
      const { status, headers = {}, body: text = '', breaksOff = false } = scripted.of;
      if (breaksOff) {
        this.taken.push({ target, notificationIds: notificationsIn(body), body, ...sender, isAnswered: false });
        return 'lost';
      }
      return { status, headers, body: text };
    }
    this.taken.push({ target, notificationIds: notificationsIn(body), body, ...sender });
    return target.includes('slack') ? { status: 200, headers: {}, body: 'ok' } : { status: 202, headers: {}, body: '' };
  }
}
