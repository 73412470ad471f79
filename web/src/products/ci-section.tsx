import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Product } from '../api/answers.ts';
import { Copy } from '../frame/copy.tsx';
import { Scrolled } from '../frame/scrolled.tsx';
import { ciCommand } from './ci-command.ts';

/** How a pipeline reports its findings. */
export const CiSection = ({ product }: { readonly product: Product }) => {
  const command = ciCommand(location.origin, product.id);
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
          Replace each <Box variant="code">_COUNT</Box> with your scan's count. The token's user, or its client as
          member <Box variant="code">client:ID</Box>, needs the upload role. Fail the pipeline if{' '}
          <Box variant="code">security_gate_passed</Box> is false.{' '}
          <Link href="/docs/integrate.html#report-scans-from-ci" external>
            Jobs for GitHub, GitLab, Jenkins, and Azure
          </Link>
        </Box>
      </SpaceBetween>
    </Container>
  );
};
