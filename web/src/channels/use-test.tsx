import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { type ReactNode, useState } from 'react';
import { type ChannelName, channelOf } from '../../../core/channels/channels.ts';
import type { TestAnswer } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { asProblem, describeProblem, type Problem } from '../api/problem.ts';

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

type OutcomeProps = { readonly results: readonly Result[] | null; readonly problem: Problem | null };

const Outcome = ({ results, problem }: OutcomeProps) => (
  <div aria-live="polite" className="words">
    {results?.map((result) => (
      <div key={result.target}>
        <StatusIndicator type={TONES[result.outcome]} wrapText>
          {inWords(result)}
        </StatusIndicator>
      </div>
    ))}
    {results?.length === 0 && <StatusIndicator type="stopped">This channel isn't configured</StatusIndicator>}
    {problem && <StatusIndicator type="error">Can't send the test: {describeProblem(problem)}</StatusIndicator>}
  </div>
);

/** A button that sends a marked test message to one channel, and what the channel answered. */
export const useTest = ({ path, channel, obstacle }: TestRequest): { button: ReactNode; outcome: ReactNode } => {
  const api = useApi();
  const [isBusy, setBusy] = useState(false);
  const [results, setResults] = useState<readonly Result[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async () => {
    setBusy(true);
    setProblem(null);
    setResults(null);
    try {
      const answer: TestAnswer = await api.send('POST', `${path}?channel=${channel}`);
      setResults(answer.results);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  };
  const button = (
    <Button
      formAction="none"
      iconName="send"
      ariaLabel={`Send test to ${channelOf(channel).label}`}
      loading={isBusy}
      loadingText="Sending test"
      disabled={obstacle !== ''}
      disabledReason={obstacle}
      onClick={() => void send()}
    >
      Send test
    </Button>
  );
  return { button, outcome: <Outcome results={results} problem={problem} /> };
};
