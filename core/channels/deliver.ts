import type { Outcome } from '../deliveries/model.ts';
import type { Destination } from '../targets/model.ts';
import type { Channel } from './channel.ts';
import { emailChannel, type Feedback, type MailIds, type SendEmail } from './email/email.ts';
import type { Post } from './http-post.ts';
import type { MessageContent } from './message-content.ts';
import { msTeamsChannel } from './ms-teams/ms-teams.ts';
import { slackChannel } from './slack/slack.ts';

/** What is to be told at one destination; for mail, how its feedback is known, and its ids. */
export type OutgoingMessage = {
  readonly story: MessageContent;
  readonly destination: Destination;
  readonly feedback?: Feedback;
  readonly ids?: MailIds;
};

/** Brings a parcel to its destination, once. */
export type Deliver = (parcel: OutgoingMessage) => Promise<Outcome>;

/** How channels reach the world. */
export type Transports = { readonly sendEmail: SendEmail; readonly post: Post; readonly now: () => Date };

/** The channels. A fourth one is a file like the three, its name in `domain/delivery.ts`, and a line in both places here. */
export const connectChannels = ({ sendEmail, post, now }: Transports): Deliver => {
  const email = emailChannel(sendEmail);
  const msTeams = msTeamsChannel(post, now);
  const slack = slackChannel(post, now);

  return ({ story, destination, feedback, ids }) => {
    const through = <To extends Destination, Message>(channel: Channel<To, Message>, to: To) =>
      channel.send(channel.render(story), to);
    switch (destination.channel) {
      case 'email':
        return through(email, { ...destination, ...(feedback && { feedback }), ...(ids && { ids }) });
      case 'ms_teams':
        return through(msTeams, destination);
      case 'slack':
        return through(slack, destination);
      default:
        return destination satisfies never;
    }
  };
};
