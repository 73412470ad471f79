import { useRef, useState } from 'react';
import { asProblem, beyondFields, type Problem, withoutField } from '../api/problem.ts';
import { useUnsaved } from '../frame/unsaved.ts';
import { isSame } from './is-same.ts';

const PRECONDITION_FAILED = 412;

/** The fields of a form by their names in the API. */
type Values = Readonly<Record<string, unknown>>;

export type Form<Fields extends Values> = {
  readonly values: Fields;
  readonly set: <Key extends keyof Fields>(key: Key, value: Fields[Key]) => void;
  /** The API's error message for a field, until the field changes. */
  readonly errorOf: (key: keyof Fields & string) => string;
  /** The same for a part of a field, such as the time of a channel's schedule. */
  readonly errorIn: (key: keyof Fields & string, part: string) => string;
  /** What failed beyond single fields. */
  readonly problem: Problem | null;
  readonly isChanged: boolean;
  readonly isSaving: boolean;
  /** Saves what was changed; what was typed stays when that fails. Resolves to whether it was saved. */
  readonly save: () => Promise<boolean>;
  /** Discards what was typed. */
  readonly reset: () => void;
};

const changesOf = <Fields extends Values>(typed: Partial<Fields>, saved: Fields): Partial<Fields> => {
  const changes: Partial<Fields> = {};
  for (const key in typed) if (!isSame(typed[key], saved[key])) changes[key] = typed[key];
  return changes;
};

/** The fields of one object that another has too. */
const pick = <Fields extends Values>(from: Fields, keys: Partial<Fields>): Partial<Fields> => {
  const picked: Partial<Fields> = {};
  for (const key in keys) picked[key] = from[key];
  return picked;
};

/** What is typed still, once some of it has been saved: a field that changed meanwhile stays. */
const withoutSaved = <Fields extends Values>(typed: Partial<Fields>, sent: Partial<Fields>): Partial<Fields> => {
  const left = { ...typed };
  for (const key in sent) if (typed[key] === sent[key]) delete left[key];
  return left;
};

/** A form over what is saved now: only what the reader has typed differs from it, whatever is read meanwhile. */
export const useForm = <Fields extends Values>(
  saved: Fields,
  send: (changes: Partial<Fields>, seen: Partial<Fields>) => Promise<unknown>,
): Form<Fields> => {
  const [typed, setTyped] = useState<Partial<Fields>>({});
  // What each field was when the reader began to type there: someone else may save meanwhile.
  const [begun, setBegun] = useState<Partial<Fields>>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSaving, setSaving] = useState(false);
  // Three quick Enters come before the form is drawn again.
  const isBusy = useRef(false);
  const values = { ...saved, ...typed };
  const isChanged = Object.keys(changesOf(typed, saved)).length > 0;
  useUnsaved(isChanged);
  return {
    values,
    set: (key, value) => {
      setBegun((before) => ({ [key]: saved[key], ...before }));
      setTyped((before) => ({ ...before, [key]: value }));
      setProblem((before) => before && withoutField(before, String(key)));
    },
    errorOf: (key) => problem?.errors.find(({ path }) => path === key)?.message ?? '',
    errorIn: (key, part) => problem?.errors.find(({ path }) => path === `${key}.${part}`)?.message ?? '',
    problem: problem && beyondFields(problem, Object.keys(saved)),
    isChanged,
    isSaving,
    save: async () => {
      if (isBusy.current) return false;
      isBusy.current = true;
      setSaving(true);
      setProblem(null);
      try {
        const changes = changesOf(typed, saved);
        if (Object.keys(changes).length > 0) await send(changes, pick({ ...saved, ...begun }, changes));
        setBegun({});
        setTyped((now) => withoutSaved(now, changes));
        return true;
      } catch (thrown) {
        const failure = asProblem(thrown);
        setProblem(failure);
        // The reader has been warned: saving again replaces what others saved.
        if (failure.status === PRECONDITION_FAILED) setBegun({});
        return false;
      } finally {
        isBusy.current = false;
        setSaving(false);
      }
    },
    reset: () => {
      setBegun({});
      setTyped({});
      setProblem(null);
    },
  };
};

/** One field of a form, as the components for fields take it. */
export const fieldOf = <Fields extends Values, Key extends keyof Fields & string>(form: Form<Fields>, key: Key) => ({
  value: form.values[key],
  error: form.errorOf(key),
  change: (value: Fields[Key]) => form.set(key, value),
});
