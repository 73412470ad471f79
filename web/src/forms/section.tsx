import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import type { Form } from './use-form.ts';

type SectionProps = {
  readonly title: string;
  readonly description?: ReactNode;
  readonly form: Pick<Form<Record<string, unknown>>, 'problem' | 'isChanged' | 'isSaving' | 'save' | 'reset'>;
  readonly children: ReactNode;
  readonly isEditable?: boolean;
  readonly saved?: () => void;
};

/** A part of a page that is saved on its own: its fields, and its Save and Discard buttons. */
export const Section = ({ title, description, form, children, isEditable = true, saved }: SectionProps) => {
  const save = async () => {
    if (await form.save()) saved?.();
  };
  const buttons = (
    <SpaceBetween size="xs" direction="horizontal">
      <Button variant="link" disabled={!form.isChanged || form.isSaving} onClick={form.reset}>
        Discard
      </Button>
      <Button
        variant="primary"
        ariaLabel={`Save ${title}`}
        disabled={!form.isChanged}
        loading={form.isSaving}
        loadingText="Saving"
        onClick={() => void save()}
      >
        Save
      </Button>
    </SpaceBetween>
  );
  return (
    <Container
      header={
        <Header variant="h2" description={description} actions={isEditable ? buttons : undefined}>
          {title}
        </Header>
      }
    >
      <form
        aria-label={title}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <SpaceBetween size="l">
          {form.problem && <ProblemAlert what={`Can't save ${title}`} problem={form.problem} retry={save} />}
          {children}
        </SpaceBetween>
      </form>
    </Container>
  );
};
