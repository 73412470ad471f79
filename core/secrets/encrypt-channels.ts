import { type ChannelName, channelOf } from '../channels/channels.ts';
import { splitAddresses } from '../channels/email/addresses.ts';
import { type ChannelChange, type Channels, channelsIn, type StoredChannel } from '../channels/model.ts';
import { outwardOf, type StoredWebhook, type WebhookPlace } from './model.ts';
import { parseWebhookText, rotateSecrets } from './signing-secrets.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

export type EncryptDeps = { readonly vault: WebhookSecrets; readonly now: () => Date };

/** Whose channels: a product's, or those of the settings (null). */
type Place = { readonly productId: string | null };

type Edit = Place & {
  readonly name: ChannelName;
  readonly before: StoredChannel | null;
  readonly text?: string;
  readonly rotatesSecret?: boolean;
};

/** A rotated secret, with the URL that is stored; as before where that can't be decrypted, and has to be set again. */
const rotated = async (
  { vault, now }: EncryptDeps,
  webhook: StoredWebhook,
  place: WebhookPlace,
): Promise<StoredWebhook | null> => {
  const text = await vault.decrypt(webhook, place);
  if (text === null) return webhook;
  const { url, secrets } = parseWebhookText(text);
  return await vault.encrypt(url, place, rotateSecrets(secrets, vault.newSecret(), now()));
};

/** A URL that is set again keeps its secret. Another one gets its own, which the former receiver doesn't know. */
const signed = async (
  deps: EncryptDeps,
  { before, text, rotatesSecret }: Edit,
  place: WebhookPlace,
): Promise<StoredWebhook | null> => {
  const stored = before !== null && 'webhook' in before ? before.webhook : null;
  if (stored !== null && (text === undefined || stored.fingerprint === outwardOf(text).fingerprint))
    return rotatesSecret ? await rotated(deps, stored, place) : stored;
  return text === undefined ? null : await deps.vault.encrypt(text, place, [deps.vault.newSecret()]);
};

const encrypt = async (deps: EncryptDeps, edit: Edit): Promise<StoredChannel | null> => {
  const { name: channel, text, productId } = edit;
  if (text === '') return null;
  const { kind } = channelOf(channel).field;
  const place = { productId, channel };
  if (kind === 'addresses') return { kind, addresses: splitAddresses(text ?? '') };
  if (kind === 'bus') return { kind, bus: text ?? '' };
  const webhook = kind === 'webhook' ? await deps.vault.encrypt(text ?? '', place) : await signed(deps, edit, place);
  return webhook && { kind: 'webhook', webhook };
};

/** Channels with a change applied, as they are to be stored: secrets encrypted for their places. */
export const encryptChannels = async (
  deps: EncryptDeps,
  { before, change, ...place }: Place & { readonly before: Channels; readonly change: ChannelChange },
): Promise<Channels> => {
  const after: { [name in ChannelName]: StoredChannel | null } = { ...before };
  for (const name of channelsIn(change))
    after[name] = await encrypt(deps, { ...place, ...change[name], name, before: before[name] });
  return after;
};
