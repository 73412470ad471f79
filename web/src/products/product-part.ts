import type { Product } from '../api/answers.ts';

/** What the parts of a product's page share. */
export type ProductPart = {
  readonly product: Product;
  /** Changes the product and shows what it is then; `seen` is what the fields were when the reader began. */
  readonly change: (fields: Record<string, unknown>, seen: Record<string, unknown>) => Promise<void>;
  readonly isMaintainer: boolean;
};
