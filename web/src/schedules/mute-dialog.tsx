import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import DatePicker from '@cloudscape-design/components/date-picker';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TimeInput from '@cloudscape-design/components/time-input';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { asProblem, describeProblem, type Problem } from '../api/problem.ts';
import { MUTE_CHOICES, type MuteChoice, muteUntil, type Typed } from './mute-until.ts';
import type { Scope } from './scopes.ts';

export type NewMute = { readonly scope: Scope['value']; readonly until: string; readonly reason: string };

type MuteDialogProps = {
  /** What can be muted, all first. */
  readonly scopes: readonly [Scope, ...Scope[]];
  readonly mute: (mute: NewMute) => Promise<void>;
  readonly close: () => void;
};

const TypedTime = ({ typed, change }: { readonly typed: Typed; readonly change: (typed: Typed) => void }) => (
  <SpaceBetween size="s" direction="horizontal">
    <FormField label="Date">
      <DatePicker
        value={typed.date}
        placeholder="YYYY/MM/DD"
        onChange={({ detail }) => change({ ...typed, date: detail.value })}
      />
    </FormField>
    <FormField label="Time" constraintText="In your time zone">
      <TimeInput
        format="hh:mm"
        placeholder="hh:mm"
        value={typed.time}
        onChange={({ detail }) => change({ ...typed, time: detail.value })}
      />
    </FormField>
  </SpaceBetween>
);

/** The message at a field of the mute; other problems show above the fields. */
const errorAt = (problem: Problem | null, field: string): string =>
  problem?.errors.find(({ path }) => path.endsWith(`.${field}`))?.message ?? '';

const useMuting = ({ scopes, mute, close }: MuteDialogProps) => {
  const [scope, setScope] = useState(scopes[0]);
  const [choice, setChoice] = useState<MuteChoice>('hour');
  const [typed, setTyped] = useState<Typed>({ date: '', time: '09:00' });
  const [reason, setReason] = useState('');
  const until = muteUntil(choice, typed, new Date());
  const muting = useMutation({
    mutationFn: (ends: Date) => mute({ scope: scope.value, until: ends.toISOString(), reason }),
    onSuccess: close,
  });
  return {
    ...{ scope, setScope, choice, setChoice, typed, setTyped, reason, setReason },
    problem: muting.error && asProblem(muting.error),
    isBusy: muting.isPending,
    submit: until === null || reason.trim() === '' ? null : () => muting.mutate(until),
  };
};

/** Asks what to mute, until when, and why. */
export const MuteDialog = (props: MuteDialogProps) => {
  const form = useMuting(props);
  const { problem } = form;
  const untilError = errorAt(problem, 'until');
  const reasonError = errorAt(problem, 'reason');
  const buttons = (
    <Box float="right">
      <SpaceBetween size="xs" direction="horizontal">
        <Button formAction="none" variant="link" onClick={props.close}>
          Cancel
        </Button>
        <Button
          formAction="none"
          variant="primary"
          disabled={form.submit === null}
          loading={form.isBusy}
          onClick={() => form.submit?.()}
        >
          Mute
        </Button>
      </SpaceBetween>
    </Box>
  );
  return (
    <Modal visible header="Mute" onDismiss={props.close} closeAriaLabel="Close" footer={buttons}>
      <SpaceBetween size="m">
        {problem !== null && untilError === '' && reasonError === '' && (
          <Alert type="error">{describeProblem(problem)}</Alert>
        )}
        <Box>What happens meanwhile is sent when the mute ends.</Box>
        <FormField label="Channel">
          <Select
            selectedOption={form.scope}
            options={props.scopes}
            expandToViewport
            onChange={({ detail }) =>
              form.setScope(props.scopes.find(({ value }) => value === detail.selectedOption.value) ?? props.scopes[0])
            }
          />
        </FormField>
        <FormField label="For how long" errorText={untilError}>
          <Select
            selectedOption={MUTE_CHOICES.find(({ value }) => value === form.choice) ?? null}
            options={MUTE_CHOICES}
            expandToViewport
            onChange={({ detail }) =>
              form.setChoice(MUTE_CHOICES.find(({ value }) => value === detail.selectedOption.value)?.value ?? 'hour')
            }
          />
        </FormField>
        {form.choice === 'time' && <TypedTime typed={form.typed} change={form.setTyped} />}
        <FormField label="Reason" description="Everyone who can see this page sees it." errorText={reasonError}>
          <Input value={form.reason} onChange={({ detail }) => form.setReason(detail.value)} />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
};
