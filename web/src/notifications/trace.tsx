import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Copy } from '../frame/copy.tsx';
import { Scrolled } from '../frame/scrolled.tsx';

/** A trace as the program wrote it, with a copy button. */
export const Trace = ({ text }: { readonly text: string }) => (
  <SpaceBetween size="xs">
    <Header variant="h3" actions={<Copy what="trace" text={text} />}>
      Trace
    </Header>
    <Scrolled label="Trace">{text}</Scrolled>
  </SpaceBetween>
);
