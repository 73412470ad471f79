import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';

/** The field of a signing secret: what is saved, and what is to be saved. */
export type SecretField = {
  readonly saved: string;
  readonly value: string;
  readonly error: string;
  readonly rotate: () => void;
};

/** The secret that a webhook's messages are signed with, to be copied to the receiver or replaced by a new one. */
export const SigningSecret = ({ label, saved, value, error, rotate }: SecretField & { readonly label: string }) => (
  <FormField errorText={error}>
    <SpaceBetween size="xs" direction="horizontal" alignItems="center">
      <CopyToClipboard
        copyButtonText="Copy signing secret"
        copyButtonAriaLabel={`Copy the signing secret of ${label}`}
        copySuccessText="Copied"
        copyErrorText="Copying failed"
        textToCopy={saved}
      />
      {value === saved ? (
        <Button formAction="none" variant="inline-link" ariaLabel={`Rotate the secret of ${label}`} onClick={rotate}>
          Rotate
        </Button>
      ) : (
        <Box color="text-body-secondary" fontSize="body-s">
          A new secret is generated when you save. The present one stays valid for 24 hours.
        </Box>
      )}
    </SpaceBetween>
  </FormField>
);
