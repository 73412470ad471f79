import type { TableProps } from '@cloudscape-design/components/table';

/** Rows of a page to choose from. */
export const PAGE_SIZES = [25, 50, 100] as const;
const FIRST_SIZE = PAGE_SIZES[0];

export type ColumnShown = { readonly id: string; readonly visible: boolean };

/** How a person looks at a list. */
export type ListPreferences = {
  readonly pageSize: number;
  /** The columns in their order; those that aren't named follow, as they are at first. */
  readonly columns: readonly ColumnShown[];
  /** Widths in pixels that differ from the columns' own, by column. */
  readonly widths: Readonly<Record<string, number>>;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const columnOf = (value: unknown): readonly ColumnShown[] => {
  const { id, visible } = isRecord(value) ? value : {};
  return typeof id === 'string' && typeof visible === 'boolean' ? [{ id, visible }] : [];
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Preferences as a browser has stored them, whatever wrote them. */
export const preferencesOf = (text: string | null): ListPreferences => {
  const value = text === null ? null : parsed(text);
  const { pageSize, columns, widths } = isRecord(value) ? value : {};
  return {
    pageSize: PAGE_SIZES.find((size) => size === pageSize) ?? FIRST_SIZE,
    columns: Array.isArray(columns) ? columns.flatMap(columnOf) : [],
    widths: Object.fromEntries(
      Object.entries(isRecord(widths) ? widths : {}).flatMap(([id, width]) =>
        typeof width === 'number' && width > 0 ? [[id, width]] : [],
      ),
    ),
  };
};

type Named = { readonly id: string; readonly isHiddenAtFirst?: boolean };

/** All columns in the person's order. */
export const orderOf = (all: readonly Named[], { columns }: ListPreferences): ColumnShown[] => {
  const named = columns.filter(({ id }) => all.some((column) => column.id === id));
  const others = all.filter(({ id }) => !named.some((column) => column.id === id));
  return [...named, ...others.map(({ id, isHiddenAtFirst = false }) => ({ id, visible: !isHiddenAtFirst }))];
};

type Column<Item> = TableProps.ColumnDefinition<Item> & Named;

/** What a table takes to show columns as the person wants them. */
export const laidOut = <Item>(columns: readonly Column<Item>[], preferences: ListPreferences) => ({
  columnDefinitions: columns.map((column): Column<Item> => {
    const width = preferences.widths[column.id];
    return width === undefined ? column : { ...column, width };
  }),
  columnDisplay: orderOf(columns, preferences),
});

/** The widths of columns after the person has changed one. */
export const widthsOf = (columns: readonly { readonly id: string }[], widths: readonly number[]) =>
  Object.fromEntries(columns.flatMap(({ id }, index) => (widths[index] === undefined ? [] : [[id, widths[index]]])));
