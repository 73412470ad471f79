import * as z from 'zod/mini';
import { isMasked } from '../secrets/model.ts';
import { CHANNELS, type Channel, type ChannelName, type Owner, type WireName, wireName } from './channels.ts';
import { derived } from './derived.ts';
import { emailAddressListSchema } from './email/addresses.ts';
import type { ChannelChange, ChannelTexts } from './model.ts';
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

const inputOf = ({ name, field }: Channel, policy: WebhookPolicy): TextSchema => {
  switch (field.kind) {
    case 'addresses':
      return emailAddressListSchema;
    case 'webhook':
      return webhookField(name, policy);
    default:
      return field satisfies never;
  }
};

type Fields<Of extends Owner, Value> = Readonly<Record<WireName<Of>, Value>>;

const forEachField = <Of extends Owner, Value>(owner: Of, value: (channel: Channel) => Value): Fields<Of, Value> =>
  derived(CHANNELS.map((channel) => [wireName(owner, channel), value(channel)]));

/** The channels' fields in a request body. */
export const fieldInputs = <Of extends Owner>(owner: Of, policy: WebhookPolicy): Fields<Of, TextSchema> =>
  forEachField(owner, (channel) => inputOf(channel, policy));

/** The channels' fields in an answer. */
export const fieldAnswers = <Of extends Owner>(owner: Of): Fields<Of, z.ZodMiniString> =>
  forEachField(owner, () => z.string());

/** The channels as an answer names them. */
export const toFields = <Of extends Owner>(owner: Of, texts: ChannelTexts): Fields<Of, string> =>
  forEachField(owner, ({ name }) => texts[name]);

/** The fields of an example, in which some channels are set. */
export const exampleFields = <Of extends Owner>(owner: Of, set: ChannelChange): Fields<Of, string> =>
  forEachField(owner, ({ name }) => set[name] ?? '');

/** A checked body with its channel fields collected under `channels`. */
export const fromFields =
  <Of extends Owner>(owner: Of) =>
  <Body extends Partial<Fields<Of, string | undefined>>>(
    body: Body,
  ): Omit<Body, WireName<Of>> & { readonly channels: ChannelChange } => {
    const names = new Map<string, ChannelName>(CHANNELS.map((channel) => [wireName(owner, channel), channel.name]));
    const entries = Object.entries(body);
    const set = entries.flatMap(([field, value]) => {
      const name = names.get(field);
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    });
    return derived([...entries.filter(([field]) => !names.has(field)), ['channels', Object.fromEntries(set)]]);
  };
