import { type Grant, grantsIn, type Statement } from './policy.ts';

/** A grant of a function's role, and whether a call has needed it yet. */
type GrantUse = Grant & { readonly function: string; readonly used: boolean };

/** Which of their grants the functions use: what no call ever needs is too much. */
export type Grants = {
  /** Notes what allowed a call of the function, or one that Lambda makes in its role. */
  use(functionName: string, grants: readonly Grant[]): void;
  list(): readonly GrantUse[];
};

const keyOf = (functionName: string, { action, resource }: Grant): string => `${functionName} ${action} ${resource}`;

export const createGrants = (
  functions: Iterable<{ readonly name: string; readonly statements: readonly Statement[] }>,
): Grants => {
  const all = [...functions].flatMap(({ name, statements }) =>
    grantsIn(statements).map((grant) => ({ function: name, ...grant })),
  );
  const used = new Set<string>();
  return {
    use: (functionName, grants) => {
      for (const grant of grants) used.add(keyOf(functionName, grant));
    },
    list: () => all.map((grant) => ({ ...grant, used: used.has(keyOf(grant.function, grant)) })),
  };
};
