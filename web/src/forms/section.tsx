import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useRef, useState } from 'react';
import { ConfirmDialog } from '../frame/confirm-dialog.tsx';
import { useShowMessage } from '../frame/messages.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { useFirstError } from './use-first-error.ts';
import type { Form } from './use-form.ts';

type SectionProps = {
  readonly title: string;
  readonly description?: ReactNode;
  readonly form: Pick<Form<Record<string, unknown>>, 'problem' | 'isChanged' | 'isSaving' | 'save' | 'reset'>;
  readonly children: ReactNode;
  readonly isEditable?: boolean;
  /** What to confirm before a save; null asks nothing. */
  readonly confirm?: () => Promise<ReactNode>;
};

/** A part of a page that is saved on its own: its fields, and its Save and Discard buttons. */
export const Section = ({ title, description, form, children, isEditable = true, confirm }: SectionProps) => {
  const showMessage = useShowMessage();
  const firstError = useFirstError();
  const [question, setQuestion] = useState<ReactNode>(null);
  const [isChecking, setChecking] = useState(false);
  // Quick Enters come before the form is drawn again.
  const isAsking = useRef(false);
  const save = async () => {
    if (await form.save()) showMessage({ type: 'success', text: `${title} saved.` });
    else firstError.focus();
  };
  const submit = async () => {
    if (isAsking.current) return;
    isAsking.current = true;
    setChecking(confirm !== undefined);
    const asked = (await confirm?.()) ?? null;
    isAsking.current = false;
    setChecking(false);
    if (asked === null) await save();
    else setQuestion(asked);
  };
  const buttons = (
    <SpaceBetween size="xs" direction="horizontal">
      <Button
        formAction="none"
        variant="link"
        ariaLabel={`Discard changes in ${title}`}
        disabled={!form.isChanged || form.isSaving}
        onClick={form.reset}
      >
        Discard
      </Button>
      <Button
        variant="primary"
        // The form's default button: Enter in any field presses it.
        formAction="submit"
        ariaLabel={`Save ${title}`}
        disabled={!form.isChanged}
        loading={form.isSaving || isChecking}
        loadingText={isChecking ? 'Checking' : 'Saving'}
      >
        Save
      </Button>
    </SpaceBetween>
  );
  return (
    <form
      ref={firstError.form}
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Container
        header={
          <Header variant="h2" description={description} actions={isEditable ? buttons : undefined}>
            {title}
          </Header>
        }
      >
        <SpaceBetween size="l">
          {form.problem && <ProblemAlert what={`Can't save ${title}`} problem={form.problem} retry={save} />}
          {children}
        </SpaceBetween>
      </Container>
      {question !== null && (
        <ConfirmDialog
          header={`Save ${title}?`}
          action="Save"
          confirm={() => void save()}
          close={() => setQuestion(null)}
        >
          {question}
        </ConfirmDialog>
      )}
    </form>
  );
};
