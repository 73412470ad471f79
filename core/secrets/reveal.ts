import { CHANNELS, type ChannelName, channelOf, eachChannel } from '../channels/channels.ts';
import type { Channels, ShownChannel, ShownChannels } from '../channels/model.ts';
import type { Log } from '../log.ts';
import { maskChannel } from './mask.ts';
import type { StoredWebhook, WebhookPlace } from './model.ts';
import { type PlainWebhook, parseWebhookText } from './signing-secrets.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

export type RevealDeps = { readonly vault: Pick<WebhookSecrets, 'decrypt'>; readonly log: Log };

/** Who is shown webhooks, by what right, and in which request. */
export type Reader = {
  readonly user: string;
  readonly as: 'administrator' | 'maintainer' | 'owner';
  readonly requestId: string;
};

/** The channels of a product, or of the settings (null), and who is shown them. */
type Revelation = { readonly productId: string | null; readonly channels: Channels; readonly reader: Reader };

/** Text of the line; docs/runbook.md looks for it. */
const WEBHOOKS_SHOWN = 'Webhooks were shown';

const openOne = async ({ vault, log }: RevealDeps, kept: StoredWebhook, place: WebhookPlace) => {
  const fields = { product_id: place.productId, channel: place.channel };
  try {
    const text = await vault.decrypt(kept, place);
    // Shown as to who may not read it: its field can be set again, which an answer of 500 would not allow.
    if (text === null) log.error('A webhook does not open', fields);
    return text === null ? null : parseWebhookText(text);
  } catch (error) {
    // An answer may follow a write: what was written must not read as if it had failed.
    log.error('A webhook could not be decrypted', { ...fields, error });
    return null;
  }
};

/** Of an answer's field that names such webhooks. */
export const UNREADABLE_FIELDS = {
  description: "Webhook fields that are masked because they can't be decrypted now. You can set them again.",
};

/** Channels as their reader is shown them; the webhooks of `unreadable` are set, and masked as they can't be decrypted now. */
export type Revealed = { readonly shown: ShownChannels; readonly unreadable: readonly ChannelName[] };

const shownWebhook = ({ url, secrets }: PlainWebhook): ShownChannel => ({
  text: url,
  secret: secrets[0]?.secret ?? '',
});

/**
 * Channels with the URLs and signing secrets of their webhooks, for callers that may read them. Never throws: a webhook that
 * can't be decrypted is masked. Before each answer that carries a URL, a log line says who is shown which: a maintainer as
 * well as an administrator reads what lets anyone post in Gatebell's name.
 */
export const revealChannels = async (
  deps: RevealDeps,
  { productId, channels, reader }: Revelation,
): Promise<Revealed> => {
  const opened = await Promise.all(
    CHANNELS.map(async ({ name: channel }) => {
      const stored = channels[channel];
      const isSecret = stored !== null && 'webhook' in stored;
      const plain = isSecret ? await openOne(deps, stored.webhook, { productId, channel }) : null;
      return { channel, isUnreadable: isSecret && plain === null, plain };
    }),
  );
  const revealed = opened.flatMap(({ channel, plain }) => (plain === null ? [] : [channel]));
  const { user, as, requestId } = reader;
  if (revealed.length > 0)
    deps.log.info(WEBHOOKS_SHOWN, { product_id: productId, channels: revealed, user, as, request_id: requestId });
  const plains = new Map(opened.flatMap(({ channel, plain }) => (plain === null ? [] : [[channel, plain] as const])));
  const show = (name: ChannelName): ShownChannel => {
    const plain = plains.get(name);
    return plain === undefined ? maskChannel(channelOf(name), channels) : shownWebhook(plain);
  };
  const unreadable = opened.flatMap(({ channel, isUnreadable }) => (isUnreadable ? [channel] : []));
  return { shown: eachChannel(({ name }) => show(name)), unreadable };
};
