import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { describeProblem, type Problem } from '../api/problem.ts';

type ProblemAlertProps = {
  /** A sentence without a full stop: what failed. */
  readonly what: string;
  readonly problem: Problem;
  readonly retry?: () => unknown;
};

/** Says what failed and why, and offers to try again. */
export const ProblemAlert = ({ what, problem, retry }: ProblemAlertProps) => (
  <Alert
    type="error"
    header={what}
    action={
      retry && (
        <Button formAction="none" onClick={() => void retry()}>
          Try again
        </Button>
      )
    }
  >
    {describeProblem(problem)}
  </Alert>
);
