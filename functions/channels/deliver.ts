import type { Outcome } from '../domain/delivery.ts';
import type { Notification } from '../domain/notification.ts';
import type { Destination } from '../domain/targets.ts';
import type { Channel } from './channel.ts';
import { emailChannel, type SendEmail } from './email.ts';
import { msTeamsChannel } from './ms-teams.ts';
import { slackChannel } from './slack.ts';
import type { Post } from './webhook.ts';

/** A notification on its way to one destination. `baseUrl` is the page's address for links, the empty string for none. */
export type Parcel = {
  readonly notification: Notification;
  readonly destination: Destination;
  readonly baseUrl: string;
};

/** Brings a parcel to its destination, once. */
export type Deliver = (parcel: Parcel) => Promise<Outcome>;

type Ways = { readonly sendEmail: SendEmail; readonly post: Post; readonly now: () => Date };

/** The channels. A fourth one is a file like the three, its name in `domain/delivery.ts`, and a line in both places here. */
export const connectChannels = ({ sendEmail, post, now }: Ways): Deliver => {
  const email = emailChannel(sendEmail);
  const msTeams = msTeamsChannel(post, now);
  const slack = slackChannel(post, now);

  return ({ notification, destination, baseUrl }) => {
    const through = <To extends Destination, Message>(channel: Channel<To, Message>, to: To) =>
      channel.send(channel.render(notification, baseUrl), to);
    switch (destination.channel) {
      case 'email':
        return through(email, destination);
      case 'ms_teams':
        return through(msTeams, destination);
      case 'slack':
        return through(slack, destination);
      default:
        return destination satisfies never;
    }
  };
};
