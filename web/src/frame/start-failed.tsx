import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';

const startAgain = (): void => location.assign('/');

/** Shown in the place of the page where it could not start: no configuration, no login, no API. */
export const StartFailed = ({ cause }: { readonly cause: unknown }) => (
  <Box padding="xxl">
    <main>
      <Alert type="error" header="Gatebell could not start" action={<Button onClick={startAgain}>Try again</Button>}>
        {cause instanceof Error ? cause.message : String(cause)}
      </Alert>
    </main>
  </Box>
);
