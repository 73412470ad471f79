import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import type { TestAnswer } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { asProblem, describeProblem, type Problem } from '../api/problem.ts';
import { CHANNEL_NAMES, type Channel } from './channel-names.ts';

type Result = TestAnswer['results'][number];

type SendTestProps = {
  /** The API's path of the tests: a product's or the settings'. */
  readonly path: string;
  readonly channel: Channel;
  /** Why no test can be sent now; the empty string where it can. */
  readonly obstacle: string;
};

const TONES = { sent: 'success', failed: 'error', skipped: 'stopped' } as const satisfies Record<
  Result['outcome'],
  string
>;

const inWords = ({ outcome, target, status, answer, reason }: Result): string => {
  const answered = [status, answer].filter((part) => part !== null && part !== '').join(' ');
  const said = answered === '' ? '' : `; it answered: ${answered}`;
  if (outcome === 'sent') return `Sent to ${target}${said}`;
  return `${outcome === 'failed' ? 'Failed' : 'Not sent'} (${target}): ${reason ?? 'no reason was given'}${said}`;
};

/** Sends a marked test message to one channel, and tells what the other side answered. */
export const SendTest = ({ path, channel, obstacle }: SendTestProps) => {
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
  return (
    <SpaceBetween size="xs">
      <Button
        formAction="none"
        iconName="send"
        ariaLabel={`Send test to ${CHANNEL_NAMES[channel]}`}
        loading={isBusy}
        loadingText="Sending a test"
        disabled={obstacle !== ''}
        disabledReason={obstacle}
        onClick={() => void send()}
      >
        Send test
      </Button>
      <div aria-live="polite" className="words">
        {results?.map((result) => (
          <div key={result.target}>
            <StatusIndicator type={TONES[result.outcome]}>{inWords(result)}</StatusIndicator>
          </div>
        ))}
        {results?.length === 0 && <StatusIndicator type="stopped">Nothing is set for this channel</StatusIndicator>}
        {problem && (
          <StatusIndicator type="error">The test could not be sent: {describeProblem(problem)}</StatusIndicator>
        )}
      </div>
    </SpaceBetween>
  );
};
