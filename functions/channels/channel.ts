import type { ChannelName, Outcome } from '../domain/delivery.ts';
import type { Notification } from '../domain/notification.ts';
import type { Destination } from '../domain/targets.ts';

export type DestinationOf<Name extends ChannelName> = Extract<Destination, { channel: Name }>;

/** A way to people: what a notification looks like there, and how it is brought there. */
export type Channel<To extends Destination, Message> = {
  /** Pure. `baseUrl` is the page's address for links, the empty string for none. */
  render(notification: Notification, baseUrl: string): Message;
  /** Sends once, within some 10 seconds. What a target or the way to it answers is an outcome; bugs throw. */
  send(message: Message, to: To): Promise<Outcome>;
};
