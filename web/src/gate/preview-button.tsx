import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation } from '@tanstack/react-query';
import type { Preview } from '../api/answers.ts';
import { asProblem } from '../api/problem.ts';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { PreviewText } from './preview-text.tsx';

type ButtonProps = {
  readonly read: () => Promise<Preview>;
  /** Identifies what is previewed: a result is shown for as long as it stays the same. */
  readonly shownFor: string;
};

/** Shows on demand what the changes in a form would do. */
export const PreviewButton = ({ read, shownFor }: ButtonProps) => {
  const preview = useMutation<Preview, Error, string>({ mutationFn: read });
  const show = () => preview.mutate(shownFor);
  const isShown = preview.variables === shownFor;
  return (
    <SpaceBetween size="s">
      <Button formAction="none" loading={preview.isPending} loadingText="Checking products" onClick={show}>
        Preview changes
      </Button>
      <div aria-live="polite">
        {isShown && preview.data && <PreviewText preview={preview.data} />}
        {isShown && preview.error && (
          <ProblemAlert what="Can't preview the changes" problem={asProblem(preview.error)} retry={show} />
        )}
      </div>
    </SpaceBetween>
  );
};
