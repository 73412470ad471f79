import Select, { type SelectProps } from '@cloudscape-design/components/select';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useEffect, useState } from 'react';
import { navigate, urlOf } from '../frame/route.ts';
import { GATES, type ProductFilter } from './product-list.ts';

/** Pause in typing before the search. */
const TYPING_MS = 300;

type Gate = ProductFilter['gate'];

const ALL = { value: '', label: 'All gates' } as const;

const OPTIONS = {
  failed: { value: 'failed', label: 'Failed' },
  // The API counts the gate of zero findings as passed, the list shows it as "No report yet".
  passed: { value: 'passed', label: 'Passed', description: 'With those that have no report yet' },
  none: { value: 'none', label: 'No gate' },
} as const satisfies Record<Exclude<Gate, ''>, SelectProps.Option>;

type Changes = Readonly<Partial<Record<'name' | 'gate' | 'order', string>>>;

/** Shows the first page of the list with its filter or its order changed in the address. */
export const show = (query: URLSearchParams, changes: Changes): void => {
  const asked = new URLSearchParams(query);
  asked.delete('page');
  for (const [key, value] of Object.entries(changes)) {
    if (value === '') asked.delete(key);
    else asked.set(key, value);
  }
  navigate(urlOf(['products'], asked), { replace: true });
};

/** The searched name, which is put into the address after a pause in typing. */
export const useTypedName = (query: URLSearchParams): readonly [string, (text: string) => void] => {
  const name = query.get('name') ?? '';
  const [{ at, text }, setText] = useState({ at: name, text: name });
  // Another address, as of a link in the navigation, wins over what was typed.
  if (at !== name) setText({ at: name, text: name });
  const address = query.toString();
  useEffect(() => {
    if (text === name) return;
    const timer = setTimeout(() => show(new URLSearchParams(address), { name: text }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, name, address]);
  return [text, (next) => setText({ at: name, text: next })];
};

type FilterProps = {
  readonly typed: string;
  readonly setTyped: (text: string) => void;
  readonly gate: Gate;
  readonly setGate: (gate: string) => void;
};

/** What the list is narrowed to: a part of the name, and the gate. */
export const NameAndGate = ({ typed, setTyped, gate, setGate }: FilterProps) => (
  <div className="filters">
    <TextFilter
      filteringText={typed}
      filteringPlaceholder="Find a product by name"
      filteringAriaLabel="Find a product by name"
      onChange={({ detail }) => setTyped(detail.filteringText)}
    />
    <Select
      inlineLabelText="Security gate"
      selectedOption={gate === '' ? ALL : OPTIONS[gate]}
      options={[ALL, ...GATES.map((each) => OPTIONS[each])]}
      onChange={({ detail }) => setGate(detail.selectedOption.value ?? '')}
    />
  </div>
);
