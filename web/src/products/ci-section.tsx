import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Product } from '../api/answers.ts';
import { Copy } from '../frame/copy.tsx';
import { Scrolled } from '../frame/scrolled.tsx';
import { SEVERITY_KEYS } from '../gate/severities.ts';

const commandFor = ({ id }: Product): string => {
  const counts = SEVERITY_KEYS.map((severity) => `"${severity}": 0`).join(', ');
  return [
    `curl --fail-with-body -X PUT '${location.origin}/api/products/${encodeURIComponent(id)}/observation_counts' \\`,
    `  -H "authorization: Bearer $GATEBELL_TOKEN" -H 'content-type: application/json' \\`,
    `  -d '{ ${counts} }'`,
  ].join('\n');
};

/** How a pipeline reports its findings. */
export const CiSection = ({ product }: { readonly product: Product }) => {
  const command = commandFor(product);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Report the counts of findings after each scan. The response contains the gate."
          actions={<Copy what="the command" text={command} />}
        >
          CI pipeline
        </Header>
      }
    >
      <SpaceBetween size="s">
        <Scrolled label="Command">{command}</Scrolled>
        <Box color="text-body-secondary">
          Replace the zeros with your scan's counts and send all six. The token's user, or its client as member{' '}
          <Box variant="code">client:ID</Box>, needs the upload role. Fail the pipeline if{' '}
          <Box variant="code">security_gate_passed</Box> is false. The history shows <Box variant="code">commit</Box>{' '}
          and <Box variant="code">run_url</Box>, if you add them.
        </Box>
      </SpaceBetween>
    </Container>
  );
};
