import * as z from 'zod/mini';
import { isMasked } from '../secrets/model.ts';
import {
  CHANNELS,
  type Channel,
  type ChannelName,
  eachChannel,
  type Owner,
  secretWireName,
  type WireName,
  wireName,
} from './channels.ts';
import { derived } from './derived.ts';
import { emailAddressListSchema } from './email/addresses.ts';
import type { ChannelChange, ShownChannels } from './model.ts';
import { checkWebhookAddress, type WebhookPolicy } from './webhook-address.ts';

type TextSchema = z.ZodMiniType<string, string>;

/** A webhook's URL as a caller sets it, normalized; the empty string is none. */
const webhookField = (channel: ChannelName, policy: WebhookPolicy): TextSchema =>
  z.pipe(
    z.string().check(z.trim()),
    z.transform((address, context) => {
      if (address === '') return '';
      if (isMasked(address)) {
        context.issues.push({
          code: 'custom',
          message: 'Enter the full webhook URL, or omit the field to keep the current one',
          input: '',
        });
        return z.NEVER;
      }
      const checked = checkWebhookAddress(address, channel, policy);
      if (checked.kind === 'allowed') return checked.url.href;
      context.issues.push({ code: 'custom', message: `The webhook ${checked.reason}`, input: '' });
      return z.NEVER;
    }),
  );

const busField = ({ buses = [] }: WebhookPolicy): TextSchema =>
  z.string().check(
    z.trim(),
    z.refine((name) => name === '' || buses.includes(name), {
      error: `Must be an event bus of this stage: ${buses.join(', ') || 'none is configured'}`,
    }),
  );

/** A new secret is generated; nobody chooses one. */
const secretInputSchema: TextSchema = z.pipe(z.literal('rotate'), z.transform(String));

const inputOf = ({ name, field }: Channel, policy: WebhookPolicy): TextSchema => {
  switch (field.kind) {
    case 'addresses':
      return emailAddressListSchema;
    case 'webhook':
    case 'signed_webhook':
      return webhookField(name, policy);
    case 'bus':
      return busField(policy);
    default:
      return field satisfies never;
  }
};

type Fields<Of extends Owner, Value> = Readonly<Record<WireName<Of>, Value>>;

type Values<Value> = {
  readonly text: (channel: Channel) => Value;
  /** Of the field of a signing secret, which signed webhooks have. */
  readonly secret: (channel: Channel) => Value;
};

const forEachField = <Of extends Owner, Value>(owner: Of, { text, secret }: Values<Value>): Fields<Of, Value> =>
  derived(
    CHANNELS.flatMap((channel): (readonly [string, Value])[] => {
      const secretName = secretWireName(owner, channel);
      const own = [wireName(owner, channel), text(channel)] as const;
      return secretName === null ? [own] : [own, [secretName, secret(channel)]];
    }),
  );

/** The channels' fields in a request body. */
export const fieldInputs = <Of extends Owner>(owner: Of, policy: WebhookPolicy): Fields<Of, TextSchema> =>
  forEachField(owner, { text: (channel) => inputOf(channel, policy), secret: () => secretInputSchema });

/** The channels' fields in an answer. */
export const fieldAnswers = <Of extends Owner>(owner: Of): Fields<Of, z.ZodMiniString> =>
  forEachField(owner, { text: () => z.string(), secret: () => z.string() });

/** The channels as an answer names them. */
export const toFields = <Of extends Owner>(owner: Of, shown: ShownChannels): Fields<Of, string> =>
  forEachField(owner, { text: ({ name }) => shown[name].text, secret: ({ name }) => shown[name].secret });

/** The fields of an example, in which some channels are set. */
export const exampleFields = <Of extends Owner>(
  owner: Of,
  set: Readonly<Partial<Record<ChannelName, string>>>,
): Fields<Of, string> =>
  toFields(
    owner,
    eachChannel(({ name }) => ({ text: set[name] ?? '', secret: '' })),
  );

type Body<Of extends Owner> = Partial<Fields<Of, string | undefined>>;

const changeIn = <Of extends Owner>(owner: Of, body: Body<Of>): ChannelChange =>
  derived(
    CHANNELS.flatMap((channel) => {
      const text = body[wireName(owner, channel)];
      const secretName = secretWireName(owner, channel);
      const rotatesSecret = secretName !== null && body[secretName] !== undefined;
      if (text === undefined && !rotatesSecret) return [];
      return [[channel.name, { ...(text !== undefined && { text }), ...(rotatesSecret && { rotatesSecret }) }]];
    }),
  );

/** A checked body with its channel fields collected under `channels`. */
export const fromFields =
  <Of extends Owner>(owner: Of) =>
  <Checked extends Body<Of>>(body: Checked): Omit<Checked, WireName<Of>> & { readonly channels: ChannelChange } => {
    const names: ReadonlySet<string> = new Set(Object.keys(forEachField(owner, { text: () => '', secret: () => '' })));
    const others = Object.entries(body).filter(([field]) => !names.has(field));
    return derived([...others, ['channels', changeIn(owner, body)]]);
  };
