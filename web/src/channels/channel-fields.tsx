import SpaceBetween from '@cloudscape-design/components/space-between';
import { TextField } from '../forms/text-field.tsx';
import { CHANNEL_NAMES, type Channel } from './channel-names.ts';
import { useTest } from './use-test.tsx';
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
  if (value !== saved) return 'Save first. A test uses the saved value.';
  return saved === '' ? 'Not configured' : '';
};

const Field = ({ field, testPath }: { readonly field: ChannelField; readonly testPath: string }) => {
  const { channel, saved, value, error, change } = field;
  const test = useTest({ path: testPath, channel, obstacle: obstacleOf(field) });
  const shared = {
    label: CHANNEL_NAMES[channel],
    value,
    error,
    change,
    placeholder: EXAMPLES[channel],
    control: test.button,
  };
  return (
    <SpaceBetween size="xs">
      {channel === 'email' ? (
        <TextField
          description="Email addresses, separated by commas, semicolons, or line breaks. Each address gets its own email."
          {...shared}
        />
      ) : (
        <WebhookField saved={saved} {...shared} />
      )}
      {test.outcome}
    </SpaceBetween>
  );
};

/** Where messages go, channel by channel, each with a test. */
export const ChannelFields = ({ fields, testPath }: FieldsProps) => (
  <SpaceBetween size="m">
    {fields.map((field) => (
      <Field key={field.channel} field={field} testPath={testPath} />
    ))}
  </SpaceBetween>
);
