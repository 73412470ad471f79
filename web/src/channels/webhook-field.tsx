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
  /** Shown beside the field. */
  readonly control: ReactNode;
};

/** The host of a webhook: the only part that the page shows. */
export const hostOf = (webhook: string): string => (URL.canParse(webhook) ? new URL(webhook).host : 'unknown host');

const SetWebhook = ({ label, saved, value, error, change, placeholder, control }: WebhookFieldProps) => {
  const [isReplacing, setReplacing] = useState(false);
  const isUntouched = value === saved;
  if (saved !== '' && isUntouched && !isReplacing) {
    return (
      <FormField label={label} errorText={error} secondaryControl={control}>
        <div className="beside-button">
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
        </div>
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
      description={isRemoved ? 'Removed when you save.' : undefined}
      secondaryControl={
        <SpaceBetween size="xs" direction="horizontal">
          {saved !== '' && (
            <Button formAction="none" onClick={keep} ariaLabel={`Keep the current ${label} webhook`}>
              Keep
            </Button>
          )}
          {control}
        </SpaceBetween>
      }
    >
      <Input
        // The stored URL is a secret: the field starts empty.
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

/** A webhook: a stored one shows its host only, and can be replaced or removed. */
export const WebhookField = (props: WebhookFieldProps) => <SetWebhook key={props.saved} {...props} />;
