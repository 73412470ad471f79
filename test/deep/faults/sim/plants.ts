/** A bug that is put into one source file: `from` becomes `to`. */
export type Plant = {
  readonly name: string;
  /** What is wrong with it. */
  readonly about: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
};
