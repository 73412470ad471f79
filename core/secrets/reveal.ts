import type { WebhookChannel } from '../channels/webhook-address.ts';
import type { Log } from '../log.ts';
import { maskWebhook, type StoredWebhook, type WebhookPlace, type Webhooks } from './model.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

export type RevealDeps = { readonly vault: Pick<WebhookSecrets, 'open'>; readonly log: Log };

/** Who is shown webhooks, by what right, and in which request. */
export type Reader = {
  readonly user: string;
  readonly as: 'administrator' | 'maintainer' | 'owner';
  readonly requestId: string;
};

/** The webhooks of a product, or of the settings (null), and who is shown them. */
type Revelation = { readonly productId: string | null; readonly webhooks: Webhooks; readonly reader: Reader };

/** Text of the line; docs/runbook.md looks for it. */
const WEBHOOKS_SHOWN = 'Webhooks were shown';

const CHANNELS = ['ms_teams', 'slack'] as const satisfies readonly WebhookChannel[];

const openOne = async ({ vault, log }: RevealDeps, kept: StoredWebhook, place: WebhookPlace) => {
  const fields = { product_id: place.productId, channel: place.channel };
  try {
    const url = await vault.open(kept, place);
    // Shown as to who may not read it: its field can be set again, which an answer of 500 would not allow.
    if (url === null) log.error('A webhook does not open', fields);
    return url;
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

/** Webhooks as their reader is shown them; those of `unreadable` are set, and masked as they do not open now. */
export type Revealed = Readonly<Record<WebhookChannel, string>> & { readonly unreadable: readonly WebhookChannel[] };

/**
 * The URLs of webhooks by channel, for who may read them. Never throws: one that does not open is masked. Every answer that carries a URL
 * leaves a line first that says who is shown which: that of an administrator and that of a maintainer, as either reads what
 * lets anyone post in the house's name.
 */
export const revealWebhooks = async (
  deps: RevealDeps,
  { productId, webhooks, reader }: Revelation,
): Promise<Revealed> => {
  const opened = await Promise.all(
    CHANNELS.map(async (channel) => {
      const kept = webhooks[channel];
      return [channel, kept && (await openOne(deps, kept, { productId, channel }))] as const;
    }),
  );
  const urls = new Map(opened);
  const channels = opened.flatMap(([channel, url]) => (url === null ? [] : [channel]));
  const { user, as, requestId } = reader;
  if (channels.length > 0)
    deps.log.info(WEBHOOKS_SHOWN, { product_id: productId, channels, user, as, request_id: requestId });
  const shown = (channel: WebhookChannel) => urls.get(channel) ?? maskWebhook(webhooks[channel]);
  const unreadable = CHANNELS.filter((channel) => webhooks[channel] !== null && urls.get(channel) === null);
  return { ms_teams: shown('ms_teams'), slack: shown('slack'), unreadable };
};
