import { CHANNELS, wireName } from '../../../core/channels/channels.ts';
import type { ListedProduct, Settings } from '../api/answers.ts';
import { urlOf } from '../frame/route.ts';

/** A step of setting Gatebell up, and where it is done. */
export type Step = {
  readonly id: 'sender' | 'product' | 'channel' | 'ci';
  readonly title: string;
  readonly text: string;
  readonly href: string;
  readonly isDone: boolean;
};

type Known = { readonly settings: Settings; readonly products: readonly ListedProduct[] };

const hasChannel = ({ settings, products }: Known): boolean =>
  CHANNELS.some(
    (channel) =>
      settings[wireName('exception', channel)] !== '' ||
      products.some((product) => product[wireName('notification', channel)] !== ''),
  );

/** The steps from an empty stage to the first message, in order. */
export const firstSteps = (known: Known): readonly Step[] => {
  const { settings, products } = known;
  const [first] = products;
  const productHref = first === undefined ? urlOf(['products']) : urlOf(['products', first.id]);
  return [
    {
      id: 'sender',
      title: 'Set the From address',
      text: 'Email is sent from it. Without it, email is skipped.',
      href: urlOf(['settings']),
      isDone: settings.email_from !== '',
    },
    {
      id: 'product',
      title: 'Create the first product',
      text: 'A product has finding counts, thresholds, members, and channels.',
      href: urlOf(['products']),
      isDone: first !== undefined,
    },
    {
      id: 'channel',
      title: 'Add a channel',
      text: 'Email, Microsoft Teams, Slack, a webhook, or an event bus, each with a test message.',
      href: productHref,
      isDone: hasChannel(known),
    },
    {
      id: 'ci',
      title: 'Report findings from CI',
      text: 'The product shows the command. The first report sets its security gate.',
      href: productHref,
      isDone: products.some(({ observation_counts_updated }) => observation_counts_updated !== null),
    },
  ];
};
