import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Preview } from '../api/answers.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { PreviewText } from './preview-text.tsx';

type ButtonProps = {
  readonly read: () => Promise<Preview>;
  /** Identifies what is previewed: a result is shown for as long as it stays the same. */
  readonly shownFor: string;
};

type Result = { readonly of: string; readonly preview: Preview | null; readonly problem: Problem | null };

/** Shows on demand what the changes in a form would do. */
export const PreviewButton = ({ read, shownFor }: ButtonProps) => {
  const [result, setResult] = useState<Result | null>(null);
  const [isBusy, setBusy] = useState(false);
  const show = async () => {
    setBusy(true);
    try {
      setResult({ of: shownFor, preview: await read(), problem: null });
    } catch (thrown) {
      setResult({ of: shownFor, preview: null, problem: asProblem(thrown) });
    } finally {
      setBusy(false);
    }
  };
  const shown = result?.of === shownFor ? result : null;
  return (
    <SpaceBetween size="s">
      <Button formAction="none" loading={isBusy} loadingText="Checking products" onClick={() => void show()}>
        Preview changes
      </Button>
      <div aria-live="polite">
        {shown?.preview && <PreviewText preview={shown.preview} />}
        {shown?.problem && <ProblemAlert what="Can't preview the changes" problem={shown.problem} retry={show} />}
      </div>
    </SpaceBetween>
  );
};
