import CollectionPreferences from '@cloudscape-design/components/collection-preferences';
import { type ColumnShown, type ListPreferences, orderOf, PAGE_SIZES } from './list-preferences.ts';

type ColumnName = {
  readonly id: string;
  readonly label: string;
  readonly alwaysVisible?: boolean;
  readonly isHiddenAtFirst?: boolean;
};

export type PreferencesProps = {
  readonly preferences: ListPreferences;
  readonly change: (change: Partial<ListPreferences>) => void;
  readonly columns: readonly ColumnName[];
};

/** Asks for the columns and the length of a page. */
const PreferencesButton = ({ preferences, change, columns }: PreferencesProps) => {
  const shown = orderOf(columns, preferences);
  return (
    <CollectionPreferences
      title="Preferences"
      preferences={{ pageSize: preferences.pageSize, contentDisplay: shown }}
      onConfirm={({ detail: { pageSize = preferences.pageSize, contentDisplay = shown } }) =>
        change({ pageSize, columns: contentDisplay.map(({ id, visible }): ColumnShown => ({ id, visible })) })
      }
      pageSizePreference={{
        title: 'Rows of a page',
        options: PAGE_SIZES.map((value) => ({ value, label: `${value} rows` })),
      }}
      contentDisplayPreference={{
        title: 'Columns',
        description: 'A narrow window shows fewer.',
        options: columns,
      }}
    />
  );
};

export default PreferencesButton;
