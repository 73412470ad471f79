import Select, { type SelectProps } from '@cloudscape-design/components/select';

type FilterProps<Option> = {
  readonly label: string;
  readonly options: readonly Option[];
  readonly selected: Option;
  readonly choose: (option: Option) => void;
};

/** Narrows a list to one of some options. */
export const ListFilter = <Option extends SelectProps.Option>({
  label,
  options,
  selected,
  choose,
}: FilterProps<Option>) => (
  <div className="list-filter">
    <Select
      inlineLabelText={label}
      selectedOption={selected}
      options={options}
      onChange={({ detail }) => {
        const chosen = options.find(({ value }) => value === detail.selectedOption.value);
        if (chosen !== undefined) choose(chosen);
      }}
    />
  </div>
);
