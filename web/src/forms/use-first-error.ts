import { type RefObject, useEffect, useRef, useState } from 'react';

type FirstError = {
  readonly form: RefObject<HTMLFormElement | null>;
  /** Moves the focus to the first field with an error, once the errors are drawn. */
  readonly focus: () => void;
};

/** Leads to the first field of a form that the API refused. */
export const useFirstError = (): FirstError => {
  const form = useRef<HTMLFormElement>(null);
  const [failures, setFailures] = useState(0);
  useEffect(() => {
    if (failures > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [failures]);
  return { form, focus: () => setFailures((before) => before + 1) };
};
