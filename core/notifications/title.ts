/** A gate change as its title names it; the fields are null for other notifications. */
type Titled = {
  readonly name: string;
  readonly product_name: string | null;
  readonly to: 'passed' | 'failed' | 'none' | null;
};

const OUTCOMES = { passed: 'passed its gate', failed: 'failed its gate', none: 'has no gate any more' } as const;

/** A notification in few words, the outcome included: "Payment service failed its gate". Others keep their name. */
export const titleOf = ({ name, product_name, to }: Titled): string =>
  to === null || product_name === null ? name : `${product_name} ${OUTCOMES[to]}`;
