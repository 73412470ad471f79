import Alert from '@cloudscape-design/components/alert';
import { Section } from '../forms/section.tsx';
import { TextField } from '../forms/text-field.tsx';
import { fieldOf, useForm } from '../forms/use-form.ts';
import type { SettingsPart } from './settings-part.ts';

/** The From address of emails, and the page URL for links in messages. */
export const SenderSection = ({ settings, change }: SettingsPart) => {
  const { email_from, base_url_frontend } = settings;
  const form = useForm({ email_from, base_url_frontend }, change);
  return (
    <Section
      title="Sender"
      description="The From address of emails, and the page URL for links in messages"
      form={form}
    >
      {email_from === '' && <Alert type="warning">Set a From address. Until then, no email is sent.</Alert>}
      <TextField
        label="From address"
        description="An address or domain that you verified in Amazon SES, with an optional name"
        placeholder="Gatebell <bell@example.com>"
        {...fieldOf(form, 'email_from')}
      />
      <TextField
        label="Page URL"
        description="Links in messages start with it. Without it, messages contain no links."
        placeholder={location.origin}
        {...fieldOf(form, 'base_url_frontend')}
      />
    </Section>
  );
};
