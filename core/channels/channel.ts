import type { ChannelName, Outcome } from '../deliveries/model.ts';
import type { Destination } from '../targets/model.ts';
import type { MessageContent } from './message-content.ts';

export type DestinationOf<Name extends ChannelName> = Extract<Destination, { channel: Name }>;

/** A way to people: what a story looks like there, and how it is brought there. */
export type Channel<To extends Destination, Message> = {
  /** Pure. */
  render(story: MessageContent): Message;
  /** Sends once, within some 10 seconds. What a target or the way to it answers is an outcome; bugs throw. */
  send(message: Message, to: To): Promise<Outcome>;
};
