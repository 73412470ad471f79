import Alert from '@cloudscape-design/components/alert';
import { Section } from '../forms/section.tsx';
import { TextField } from '../forms/text-field.tsx';
import { fieldOf, useForm } from '../forms/use-form.ts';
import type { SettingsPart } from './settings-part.ts';

/** Who mail comes from, and where the links in messages lead. */
export const SenderSection = ({ settings, change }: SettingsPart) => {
  const { email_from, base_url_frontend } = settings;
  const form = useForm({ email_from, base_url_frontend }, change);
  return (
    <Section title="Sender" description="Who mail comes from, and where the links in messages lead" form={form}>
      {email_from === '' && (
        <Alert type="warning">No mail is sent until there is a sender: every delivery by email is skipped.</Alert>
      )}
      <TextField
        label="Sender of mail"
        description="An address that Amazon SES has verified, by itself or by its domain; with a name if you like"
        placeholder="Gatebell <bell@example.com>"
        {...fieldOf(form, 'email_from')}
      />
      <TextField
        label="Address of this page"
        description="Links in messages begin with it; without it they have none"
        placeholder={location.origin}
        {...fieldOf(form, 'base_url_frontend')}
      />
    </Section>
  );
};
