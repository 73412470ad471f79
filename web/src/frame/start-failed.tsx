import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { asProblem, describeProblem } from '../api/problem.ts';

const startAgain = (): void => location.reload();

/** Shown if the page can't start: no configuration, no sign-in, or no API. */
export const StartFailed = ({ cause }: { readonly cause: unknown }) => (
  <Box padding="xxl">
    <main>
      <Alert type="error" header="Can't start Gatebell" action={<Button onClick={startAgain}>Try again</Button>}>
        {describeProblem(asProblem(cause))}
      </Alert>
    </main>
  </Box>
);
