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

/** How a pipeline reports what its scan found. */
export const CiSection = ({ product }: { readonly product: Product }) => {
  const command = commandFor(product);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="A pipeline reports after a scan; the answer holds the gate"
          actions={<Copy what="the command" text={command} />}
        >
          CI pipeline
        </Header>
      }
    >
      <SpaceBetween size="s">
        <Scrolled label="Command">{command}</Scrolled>
        <Box color="text-body-secondary">
          The token's user, or its client as the member <Box variant="code">client:ID</Box>, needs the role upload. All
          six counts are wanted; the answer's <Box variant="code">security_gate_passed</Box> is what a pipeline stops
          at.
        </Box>
      </SpaceBetween>
    </Container>
  );
};
