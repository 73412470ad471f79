import { z } from 'zod';

/** Acts as if `action` were not in the role of `function`; `dynamodb:*` and `*` work too. */
export const denialSchema = z.strictObject({ function: z.string(), action: z.string() });
export type Denial = z.infer<typeof denialSchema>;

export type Denials = {
  set(denials: readonly Denial[]): void;
  has(functionName: string, action: string): boolean;
  list(): readonly Denial[];
};

export const createDenials = (): Denials => {
  let current: readonly Denial[] = [];
  const means = (pattern: string, action: string) =>
    pattern.endsWith('*')
      ? action.toLowerCase().startsWith(pattern.slice(0, -1).toLowerCase())
      : action.toLowerCase() === pattern.toLowerCase();
  return {
    set: (denials) => {
      current = denials;
    },
    has: (functionName, action) =>
      current.some((denial) => denial.function === functionName && means(denial.action, action)),
    list: () => current,
  };
};
