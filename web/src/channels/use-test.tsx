import Button from '@cloudscape-design/components/button';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type ChannelName, channelOf } from '../../../core/channels/channels.ts';
import type { TestAnswer } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { asProblem, describeProblem } from '../api/problem.ts';
import { Status } from '../frame/status.tsx';

type Result = TestAnswer['results'][number];

type TestRequest = {
  /** The API's path of the tests: a product's or the settings'. */
  readonly path: string;
  readonly channel: ChannelName;
  /** Why no test can be sent now; empty if one can. */
  readonly obstacle: string;
};

const TONES = { sent: 'success', failed: 'error', skipped: 'stopped' } as const satisfies Record<
  Result['outcome'],
  string
>;

const inWords = ({ outcome, target, status, answer, reason }: Result): string => {
  const answered = [status, answer].filter((part) => part !== null && part !== '').join(' ');
  const said = answered === '' ? '' : `. Response: ${answered}`;
  if (outcome === 'sent') return `Sent to ${target}${said}`;
  return `${outcome === 'failed' ? 'Failed' : 'Not sent'} (${target}): ${reason ?? 'no reason given'}${said}`;
};

type OutcomeProps = { readonly results: readonly Result[] | undefined; readonly error: Error | null };

const Outcome = ({ results, error }: OutcomeProps) => (
  <div aria-live="polite" className="words">
    {results?.map((result) => (
      <div key={result.target}>
        <Status type={TONES[result.outcome]}>{inWords(result)}</Status>
      </div>
    ))}
    {results?.length === 0 && <Status type="stopped">This channel isn't configured</Status>}
    {error && <Status type="error">Can't send the test: {describeProblem(asProblem(error))}</Status>}
  </div>
);

/** A button that sends a marked test message to one channel, and what the channel answered. */
export const useTest = ({ path, channel, obstacle }: TestRequest): { button: ReactNode; outcome: ReactNode } => {
  const api = useApi();
  const test = useMutation({ mutationFn: () => api.send<TestAnswer>('POST', `${path}?channel=${channel}`) });
  const button = (
    <Button
      formAction="none"
      iconName="send"
      ariaLabel={`Send test to ${channelOf(channel).label}`}
      loading={test.isPending}
      loadingText="Sending test"
      disabled={obstacle !== ''}
      disabledReason={obstacle}
      onClick={() => test.mutate()}
    >
      Send test
    </Button>
  );
  return { button, outcome: <Outcome results={test.data?.results} error={test.error} /> };
};
