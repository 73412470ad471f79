import SpaceBetween from '@cloudscape-design/components/space-between';
import { TextField } from '../forms/text-field.tsx';
import { CHANNEL_NAMES, type Channel } from './channel-names.ts';
import { SendTest } from './send-test.tsx';
import { WebhookField } from './webhook-field.tsx';

/** A field of one channel: what is saved, and what is typed. */
type ChannelField = {
  readonly channel: Channel;
  readonly saved: string;
  readonly value: string;
  readonly error: string;
  readonly change: (value: string) => void;
};

type FieldsProps = { readonly fields: readonly ChannelField[]; readonly testPath: string };

const EXAMPLES = {
  email: 'team@example.com, lead@example.com',
  ms_teams: 'https://….environment.api.powerplatform.com/…',
  slack: 'https://hooks.slack.com/services/…',
} as const satisfies Record<Channel, string>;

const obstacleOf = ({ saved, value }: ChannelField): string => {
  if (value !== saved) return 'Save first: a test goes to what is saved';
  return saved === '' ? 'Nothing is set' : '';
};

const Field = ({ field }: { readonly field: ChannelField }) => {
  const { channel, saved, value, error, change } = field;
  const shared = { label: CHANNEL_NAMES[channel], value, error, change, placeholder: EXAMPLES[channel] };
  if (channel !== 'email') return <WebhookField saved={saved} {...shared} />;
  return <TextField description="Addresses, separated by commas. Each gets a message of its own." {...shared} />;
};

/** Where messages go, channel by channel, each with a test. */
export const ChannelFields = ({ fields, testPath }: FieldsProps) => (
  <SpaceBetween size="l">
    {fields.map((field) => (
      <SpaceBetween key={field.channel} size="xs">
        <Field field={field} />
        <SendTest path={testPath} channel={field.channel} obstacle={obstacleOf(field)} />
      </SpaceBetween>
    ))}
  </SpaceBetween>
);
