import Calendar from '@cloudscape-design/components/calendar';
import DateInput from '@cloudscape-design/components/date-input';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type BoundOperator, boundOf, dayOf } from './created-bounds.ts';

type DayFormProps = {
  readonly operator: BoundOperator;
  /** The chosen bound, ISO 8601. */
  readonly value: string | null;
  readonly change: (value: string | null) => void;
};

/** Asks for a day that bounds a range. */
const DayForm = ({ operator, value, change }: DayFormProps) => {
  const day = value === null ? '' : dayOf(value, operator) || value;
  // An unfinished day stays as it is typed.
  const setDay = (text: string) =>
    change(text === '' ? null : ((/^\d{4}-\d{2}-\d{2}$/.test(text) ? boundOf(text, operator) : null) ?? text));
  return (
    <SpaceBetween size="xs">
      <FormField label={operator === '>=' ? 'From this day on' : 'Up to this day'}>
        <DateInput value={day} format="iso" placeholder="YYYY-MM-DD" onChange={({ detail }) => setDay(detail.value)} />
      </FormField>
      <Calendar value={day} ariaLabel="Day" onChange={({ detail }) => setDay(detail.value)} />
    </SpaceBetween>
  );
};

export default DayForm;
