import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';

type WebhookFieldProps = {
  readonly label: string;
  /** What is saved: a URL, or its masked form. */
  readonly saved: string;
  readonly value: string;
  readonly error: string;
  readonly change: (value: string) => void;
  readonly placeholder: string;
  /** Stands beside the field. */
  readonly control: ReactNode;
};

/** The host of a webhook, which is all of it that the page ever shows. */
export const hostOf = (webhook: string): string => (URL.canParse(webhook) ? new URL(webhook).host : 'unknown host');

const SetWebhook = ({ label, saved, value, error, change, placeholder, control }: WebhookFieldProps) => {
  const [isReplacing, setReplacing] = useState(false);
  const isUntouched = value === saved;
  if (saved !== '' && isUntouched && !isReplacing) {
    return (
      <FormField label={label} errorText={error} secondaryControl={control} stretch>
        <SpaceBetween size="xs" direction="horizontal" alignItems="center">
          <Box>Set: {hostOf(saved)}</Box>
          <Button
            formAction="none"
            variant="inline-link"
            ariaLabel={`Replace ${label}`}
            onClick={() => setReplacing(true)}
          >
            Replace
          </Button>
          <Button formAction="none" variant="inline-link" ariaLabel={`Remove ${label}`} onClick={() => change('')}>
            Remove
          </Button>
        </SpaceBetween>
      </FormField>
    );
  }
  const keep = () => {
    setReplacing(false);
    change(saved);
  };
  const isRemoved = saved !== '' && value === '' && !isReplacing;
  return (
    <FormField
      label={label}
      errorText={error}
      description={isRemoved ? 'It is removed when you save.' : undefined}
      secondaryControl={
        <SpaceBetween size="xs" direction="horizontal">
          {saved !== '' && (
            <Button formAction="none" onClick={keep} ariaLabel={`Keep ${label} as it is`}>
              Keep
            </Button>
          )}
          {control}
        </SpaceBetween>
      }
      stretch
    >
      <Input
        // What is saved is a secret: the field begins empty.
        value={isUntouched ? '' : value}
        placeholder={placeholder}
        autoComplete={false}
        spellcheck={false}
        inputMode="url"
        onChange={({ detail }) => change(detail.value === '' ? saved : detail.value)}
      />
    </FormField>
  );
};

/** A webhook: where one is set it shows by its host, to be replaced or removed but not read. */
export const WebhookField = (props: WebhookFieldProps) => <SetWebhook key={props.saved} {...props} />;
