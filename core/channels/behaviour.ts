import type { Outcome } from '../deliveries/model.ts';
import { secretsAt } from '../secrets/signing-secrets.ts';
import type { Destination } from '../targets/model.ts';
import type { SendEmail } from './email/ses.ts';
import type { ChannelEvent } from './event.ts';
import { type Answer, outcomeOfPost } from './http-outcome.ts';
import type { Post } from './http-post.ts';
import type { MessageContent } from './message-content.ts';

/** SES reports what becomes of an email by its configuration set, with its tags. The tags name the delivery; tests have none. */
export type Tracking = { readonly configurationSet: string; readonly tags: Readonly<Record<string, string>> };

/** A message for one destination. */
export type OutgoingMessage = {
  /** For people. */
  readonly content: MessageContent;
  /** For programs. */
  readonly event: ChannelEvent;
  readonly destination: Destination;
  /** Letters, digits, `.` and `-`. The same for all tries of a delivery. */
  readonly id: string;
  /** Messages with the same one are a conversation. */
  readonly thread: string | null;
  /** Null for a message whose fate isn't reported. */
  readonly tracking: Tracking | null;
};

/** How a try ended, with what the other side answered. The answer is foreign text, not yet fit to be shown. */
export type SendResult = {
  readonly outcome: Outcome;
  /** HTTP status; null where there was no answer. */
  readonly status: number | null;
  readonly answer: string | null;
};

/** What channels send with. */
export type Transports = { readonly sendEmail: SendEmail; readonly post: Post; readonly now: () => Date };

/** How a channel renders and sends. */
export type Behaviour = {
  /** Pure: what the channel's own API takes. */
  render(message: OutgoingMessage): unknown;
  /** Renders and sends once, within some 10 seconds. What the target or the way there answers is an outcome; bugs throw. */
  send(message: OutgoingMessage, transports: Transports): Promise<SendResult>;
};

/** A behaviour whose `send` takes what its `render` made. */
export const behaviour = <Rendered>({
  render,
  send,
}: {
  readonly render: (message: OutgoingMessage) => Rendered;
  readonly send: (
    rendered: Rendered,
    to: { readonly message: OutgoingMessage; readonly transports: Transports },
  ) => Promise<SendResult>;
}) => ({
  render,
  send: (message: OutgoingMessage, transports: Transports) => send(render(message), { message, transports }),
});

/** A destination of another kind than the channel's field. */
export const wrongDestination = ({ channel, kind }: Destination): Error =>
  new Error(`The channel ${channel} can't send to a destination of the kind ${kind}`);

type WebhookBehaviour<Body extends object> = {
  readonly render: (message: OutgoingMessage) => Body;
  /** Added to the request; `body` is what is sent, byte by byte. */
  readonly headers?: (
    body: string,
    about: { readonly message: OutgoingMessage; readonly secrets: readonly string[]; readonly now: Date },
  ) => Readonly<Record<string, string>>;
  /** What an answer means. */
  readonly classify: (answer: Answer, now: Date) => Outcome;
};

/** A behaviour that posts JSON to a webhook. */
export const webhookBehaviour = <Body extends object>({ render, headers, classify }: WebhookBehaviour<Body>) =>
  behaviour({
    render,
    send: async (rendered, { message, transports: { post, now } }) => {
      const { destination } = message;
      if (destination.kind !== 'webhook') throw wrongDestination(destination);
      const { webhook, channel } = destination;
      const body = JSON.stringify(rendered);
      const at = now();
      const added = headers?.(body, { message, secrets: secretsAt(destination.secrets, at), now: at }) ?? {};
      const result = await post({ webhook, channel, body, headers: added });
      const outcome = outcomeOfPost(result, (answer) => classify(answer, now()));
      return result.kind === 'answer'
        ? { outcome, status: result.status, answer: result.body }
        : { outcome, status: null, answer: null };
    },
  });
