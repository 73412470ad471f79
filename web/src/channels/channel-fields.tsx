import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import {
  CHANNELS,
  type Channel,
  type Owner,
  secretWireName,
  type WireName,
  wireName,
} from '../../../core/channels/channels.ts';
import type { ChannelField } from '../../../core/channels/declaration.ts';
import { TextField } from '../forms/text-field.tsx';
import { addressesOf } from './addresses-of.ts';
import type { SavedFields } from './saved-fields.ts';
import { type SecretField, SigningSecret } from './signing-secret.tsx';
import { useTest } from './use-test.tsx';
import { WebhookField } from './webhook-field.tsx';

type FieldProps = {
  readonly label: string;
  readonly placeholder: string;
  readonly saved: string;
  readonly value: string;
  readonly error: string;
  readonly change: (value: string) => void;
  readonly control: ReactNode;
};

/** How many lines the field for addresses has: one for each, within bounds. */
const LEAST_LINES = 2;
const MOST_LINES = 8;

const AddressesField = ({ saved: _, ...props }: FieldProps) => (
  <TextField
    description="Email addresses, separated by commas, semicolons, or line breaks. Each address gets its own email."
    lines={Math.max(LEAST_LINES, Math.min(MOST_LINES, addressesOf(props.value).length))}
    {...props}
  />
);

const BusField = ({ saved: _, ...props }: FieldProps) => (
  <TextField description="The name of an event bus that is in the configuration of this stage." {...props} />
);

const FIELDS = {
  addresses: AddressesField,
  webhook: WebhookField,
  signed_webhook: WebhookField,
  bus: BusField,
} as const satisfies Record<ChannelField['kind'], (props: FieldProps) => ReactNode>;

const obstacleOf = ({ saved, value }: Pick<FieldProps, 'saved' | 'value'>): string => {
  if (value !== saved) return 'Save first. A test uses the saved value.';
  return saved === '' ? 'Not configured' : '';
};

type OneProps = Omit<FieldProps, 'label' | 'placeholder' | 'control'> & {
  readonly channel: Channel;
  readonly testPath: string;
  readonly secret: SecretField | null;
  readonly below: ReactNode;
};

const OneField = ({ channel: { name, label, field }, testPath, secret, below, ...props }: OneProps) => {
  const test = useTest({ path: testPath, channel: name, obstacle: obstacleOf(props) });
  const Field = FIELDS[field.kind];
  return (
    <SpaceBetween size="xs">
      <Field label={label} placeholder={field.placeholder} control={test.button} {...props} />
      {secret !== null && secret.saved !== '' && <SigningSecret label={label} {...secret} />}
      {test.outcome}
      {below}
    </SpaceBetween>
  );
};

/** A field's text and error in the form, and how to change it. */
type TextOf = { readonly value: string; readonly error: string; readonly change: (value: string) => void };

type FieldsProps<Of extends Owner> = {
  readonly owner: Of;
  readonly saved: SavedFields<Of>;
  readonly fieldOf: (name: WireName<Of>) => TextOf;
  readonly testPath: string;
  /** What else is set of a channel that has a value. */
  readonly below: (channel: Channel) => ReactNode;
};

const secretField = <Of extends Owner>(
  channel: Channel,
  { owner, saved, fieldOf }: Omit<FieldsProps<Of>, 'testPath' | 'below'>,
): SecretField | null => {
  const name = secretWireName(owner, channel);
  if (name === null) return null;
  const { value, error, change } = fieldOf(name);
  return { saved: saved[name], value, error, rotate: () => change('rotate') };
};

/** Where messages go, channel by channel, each with a test. */
export const ChannelFields = <Of extends Owner>({ owner, saved, fieldOf, testPath, below }: FieldsProps<Of>) => (
  <SpaceBetween size="l">
    {CHANNELS.map((channel) => {
      const name = wireName(owner, channel);
      const field = fieldOf(name);
      return (
        <OneField
          key={channel.name}
          channel={channel}
          saved={saved[name]}
          testPath={testPath}
          secret={secretField(channel, { owner, saved, fieldOf })}
          below={field.value !== '' && below(channel)}
          {...field}
        />
      );
    })}
  </SpaceBetween>
);
