import type { ReactNode } from 'react';

/** A number in a table, or the header of numbers: they end below each other. */
export const Numbers = ({ children }: { readonly children: ReactNode }) => <span className="numbers">{children}</span>;
