/** A section of a document that the page serves: `deploy#9-ci`. */
type DocumentLink = { readonly text: string; readonly to: string };

type Help = {
  readonly title: string;
  readonly text: readonly string[];
  /** Terms of the view, with their meaning. */
  readonly terms: readonly (readonly [term: string, meaning: string])[];
  readonly links: readonly DocumentLink[];
};

const GLOSSARY: DocumentLink = { text: 'Glossary', to: 'glossary' };

/** The help of each view. */
export const TOPICS = {
  notifications: {
    title: 'Notifications',
    text: [
      'Changes of security gates, exceptions, and failed tasks, newest first. You see those of your products; administrators see all.',
      'Open one to see its reason and its deliveries. Opening marks it as viewed for you alone. Deleting removes it for all users.',
      '“Mark all as viewed” marks what the filter shows, up to the newest in the list, for you alone. Later ones stay new.',
      'Find by words, all of which must occur, or by type, product, user, or day. The page of results fills while the search goes further back.',
      'Times are in your time zone. Hold the pointer over a time to see it exactly.',
    ],
    terms: [
      [
        'Failed',
        'The target refused the message, or all attempts over about 18 hours failed. An owner can send it again.',
      ],
      ['Trying again', 'An attempt failed. The next one follows by itself, at the time shown.'],
      ['Skipped', 'There was nothing to send, for the reason shown.'],
    ],
    links: [{ text: 'Deliveries failed', to: 'runbook#deliveries-failed' }, GLOSSARY],
  },
  products: {
    title: 'Products',
    text: [
      'Each product has finding counts, a security gate, members, and channels. You see those that you are a member of; administrators see all.',
      'Anyone can create a product and becomes its owner.',
      'Newest first, or by name, last change, or creation: choose a column’s header. The preferences show the column “Created”. A report of the same counts is no change.',
    ],
    terms: [
      ['No report yet', 'No findings were reported, so the gate has not been checked.'],
      ['No gate', 'The security gate is disabled.'],
      ['Report overdue', 'No report came within the hours that the product expects. Its channels were notified once.'],
    ],
    links: [{ text: 'The first product', to: 'deploy#8-the-first-product' }, GLOSSARY],
  },
  product: {
    title: 'Product',
    text: [
      'The security gate fails if a severity has more findings than its threshold. Members are notified when it changes, not at every report.',
      '“Preview changes” shows what changed thresholds would do before you save them.',
      'Each channel has a test: it sends a marked message and shows what the other side answered.',
      'A channel sends immediately, every hour, or every day at a time. What happens in between waits and is sent together.',
    ],
    terms: [
      ['Default gate', 'The thresholds in the settings.'],
      ['Own gate', 'Thresholds of this product. It starts with those that apply now.'],
      [
        'Mute',
        'Nothing is sent until the time shown, for the reason shown. The gate is checked as ever. A maintainer can unmute earlier.',
      ],
      ['Upload', 'The role for CI: it reports findings and changes nothing else.'],
    ],
    links: [
      { text: 'A Slack webhook', to: 'deploy#6-a-slack-webhook' },
      { text: 'A Teams webhook', to: 'deploy#7-a-teams-webhook' },
      { text: 'A signed webhook', to: 'webhook-receiver' },
      { text: 'An event bus', to: 'eventbridge' },
      { text: 'Report findings from CI', to: 'integrate#report-scans-from-ci' },
      GLOSSARY,
    ],
  },
  operations: {
    title: 'Operations',
    text: [
      'A target is one address, webhook, or event bus, shared by all who set it. Those that need attention come first.',
      'Messages to a target keep an interval. What comes due meanwhile waits and is sent together.',
      'Pause a target to stop all messages to it, for example while its owner repairs it. Nothing is lost: what waits is sent when you resume it.',
      '“Send all again” starts all failed deliveries of the time range again. One that a newer change replaces is skipped.',
    ],
    terms: [
      ['Throttled', 'The target, or Amazon SES, asked to wait until the time shown.'],
      ['Failing', 'The last message failed. It is retried at the time shown, for about 18 hours.'],
      ['Waiting', 'Deliveries that were not sent yet, also those that a schedule or mute holds.'],
    ],
    links: [
      { text: "A message didn't arrive", to: 'runbook#why-didnt-a-message-arrive' },
      { text: 'Deliveries failed', to: 'runbook#deliveries-failed' },
      GLOSSARY,
    ],
  },
  settings: {
    title: 'Settings',
    text: [
      'Settings apply to all products. Each section is saved on its own.',
      'Changed default thresholds are applied to all products on the default gate, in the background. Members of products whose gate changes are notified. “Preview changes” shows how many before you save.',
    ],
    terms: [
      ['From address', 'Must be verified in Amazon SES. Without it, email is skipped.'],
      ['Repeat interval', 'Equal exceptions within it are counted and not sent.'],
      ['Suppressed address', 'Its recipient reported an email as spam. It gets no email until you allow it.'],
    ],
    links: [
      { text: 'Email', to: 'deploy#4-email' },
      { text: 'CloudWatch alarms', to: 'deploy#10-cloudwatch-alarms' },
      { text: 'A recipient complained', to: 'runbook#a-recipient-complained' },
      { text: 'A webhook leaked', to: 'runbook#a-webhook-leaked' },
      { text: 'Runbook', to: 'runbook' },
      GLOSSARY,
    ],
  },
} as const satisfies Readonly<Record<string, Help>>;

export type Topic = keyof typeof TOPICS;

/** The path of a document, with its anchor. */
export const pathOf = ({ to }: DocumentLink): string => {
  const [name, anchor] = to.split('#');
  return `/docs/${name}.html${anchor === undefined ? '' : `#${anchor}`}`;
};
