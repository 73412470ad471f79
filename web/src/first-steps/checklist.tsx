import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import { useEffect } from 'react';
import type { ListedProduct, Page, Settings } from '../api/answers.ts';
import { useLive } from '../api/use-live.ts';
import { follow } from '../frame/route.ts';
import { Status } from '../frame/status.tsx';
import { firstSteps, type Step } from './steps.ts';

const EVERY_MS = 30_000;

const StepItem = ({ step: { title, text, href, isDone } }: { readonly step: Step }) => (
  <li>
    <Status type={isDone ? 'success' : 'pending'}>{isDone ? 'Done' : 'To do'}</Status>{' '}
    {isDone ? (
      title
    ) : (
      <Link href={href} onFollow={follow}>
        {title}
      </Link>
    )}
    <Box color="text-body-secondary" fontSize="body-s">
      {text}
    </Box>
  </li>
);

/** What is left to set up, each step a link. Shows nothing until known, and calls `finished` when nothing is left. */
const Checklist = ({ finished }: { readonly finished: () => void }) => {
  const { body: settings } = useLive<Settings>('/settings', EVERY_MS);
  const { body: products } = useLive<Page<ListedProduct>>('/products?limit=100', EVERY_MS);
  const steps = settings && products && firstSteps({ settings, products: products.results });
  const isFinished = steps?.every(({ isDone }) => isDone) === true;
  useEffect(() => {
    if (isFinished) finished();
  }, [isFinished, finished]);
  if (steps === undefined || isFinished) return null;
  return (
    <Box margin={{ bottom: 'l' }}>
      <Container
        header={
          <Header variant="h2" description="This list disappears when all steps are done.">
            Set up Gatebell
          </Header>
        }
      >
        <ol className="steps">
          {steps.map((step) => (
            <StepItem key={step.id} step={step} />
          ))}
        </ol>
      </Container>
    </Box>
  );
};

export default Checklist;
