import { type ReactNode, useEffect } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { asProblem } from '../api/problem.ts';
import { ProblemAlert } from './problem-alert.tsx';

type BoundaryProps = {
  readonly children: ReactNode;
  /** A sentence without a full stop: what failed. */
  readonly what: string;
  /** Shows the alert in the place of the children. */
  readonly around?: (alert: ReactNode) => ReactNode;
};

/** Browsers remember a script that failed to load: only loading the page again asks for it. Offline, that would blank it. */
const loadAgain = (): void => {
  if (navigator.onLine) location.reload();
};

const Failed = ({ what, error }: { readonly what: string; readonly error: unknown }) => {
  useEffect(() => {
    addEventListener('online', loadAgain);
    return () => removeEventListener('online', loadAgain);
  }, []);
  return <ProblemAlert what={what} problem={asProblem(error)} retry={loadAgain} />;
};

/** Shows an alert where its children throw or their script can't be loaded. Loads the page again once back online. */
export const Boundary = ({ children, what, around = (alert) => alert }: BoundaryProps) => (
  <ErrorBoundary fallbackRender={({ error }) => around(<Failed what={what} error={error} />)}>{children}</ErrorBoundary>
);
