import { type RefObject, useEffect, useRef, useState } from 'react';

type FirstError = {
  readonly form: RefObject<HTMLFormElement | null>;
  /** Moves the focus to the first field with an error and scrolls there, once the errors are drawn. */
  readonly focus: () => void;
};

/** Leads to the first field of a form that the API refused. */
export const useFirstError = (): FirstError => {
  const form = useRef<HTMLFormElement>(null);
  const [failures, setFailures] = useState(0);
  useEffect(() => {
    if (failures === 0) return;
    const field = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    field?.focus({ preventScroll: true });
    // The error stands below the field: it must be in sight, too.
    field?.scrollIntoView({ block: 'center' });
  }, [failures]);
  return { form, focus: () => setFailures((before) => before + 1) };
};
