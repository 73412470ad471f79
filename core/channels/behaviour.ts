import type { Outcome } from '../deliveries/model.ts';
import type { Destination } from '../targets/model.ts';
import type { SendEmail } from './email/ses.ts';
import { type Answer, outcomeOfPost } from './http-outcome.ts';
import type { Post } from './http-post.ts';
import type { MessageContent } from './message-content.ts';

/** Which delivery a message is, so that what becomes of it later can be found. */
export type Tracking = { readonly configurationSet: string; readonly tags: Readonly<Record<string, string>> };

/** A message for one destination. */
export type OutgoingMessage = {
  readonly content: MessageContent;
  readonly destination: Destination;
  /** Letters, digits, `.` and `-`. The same for all tries of a delivery. */
  readonly id: string;
  /** Messages with the same one are a conversation. */
  readonly thread: string | null;
  /** Null for test messages. */
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

/** A behaviour that posts JSON to a webhook. `classify` says what the answer means. */
export const webhookBehaviour = <Body extends object>({
  render,
  classify,
}: {
  readonly render: (content: MessageContent) => Body;
  readonly classify: (answer: Answer, now: Date) => Outcome;
}) =>
  behaviour({
    render: ({ content }) => render(content),
    send: async (body, { message: { destination }, transports: { post, now } }) => {
      if (destination.kind !== 'webhook') throw wrongDestination(destination);
      const result = await post(destination.webhook, destination.channel, JSON.stringify(body));
      const outcome = outcomeOfPost(result, (answer) => classify(answer, now()));
      return result.kind === 'answer'
        ? { outcome, status: result.status, answer: result.body }
        : { outcome, status: null, answer: null };
    },
  });
