const NUMBER = new Intl.NumberFormat('en');

/** A number as the page shows it: "1,050". */
export const formatNumber = (value: number): string => NUMBER.format(value);
