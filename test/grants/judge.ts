import type { Report } from './reports.ts';

/** Grants that no test can see used, and why they are needed all the same: by action. */
const NOT_SEEN: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': "Lambda itself writes a function's log, in its role.",
  'logs:PutLogEvents': "Lambda itself writes a function's log, in its role.",
};

/** Grants on more than one thing: by action and resource. */
const WILDCARDS: Readonly<Record<string, RegExp>> = {
  // The sender is a setting that administrators change at run time: any identity the account has verified.
  'ses:SendRawEmail': /^arn:aws:ses:[\w-]+:\d{12}:identity\/\*$/,
};

const text = ({ function: name, action, resource }: Report[number]): string => `${name}: ${action} on ${resource}`;

const distinct = (grants: readonly Report[number][]): string[] => [...new Set(grants.map(text))].toSorted();

/** Grants that none of the stacks saw used. */
export const unused = (reports: readonly Report[]): string[] => {
  const all = reports.flat().filter(({ action }) => !(action in NOT_SEEN));
  const used = new Set(all.filter((grant) => grant.used).map(text));
  return distinct(all.filter((grant) => !used.has(text(grant))));
};

/** Grants of more than one action, or on more than one resource. */
export const wildcards = (reports: readonly Report[]): string[] =>
  distinct(
    reports
      .flat()
      .filter(({ action, resource }) => /[*?]/.test(action + resource) && !WILDCARDS[action]?.test(resource)),
  );
