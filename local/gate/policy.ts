/**
 * IAM's evaluation of identity policies, as far as the template's roles use it: an explicit Deny wins, then any Allow, else
 * an implicit denial. What is not understood is refused when the stack starts, never ignored.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { z } from 'zod';

const list = z.union([z.string(), z.array(z.string())]).transform((value) => (Array.isArray(value) ? value : [value]));

/** Strict: NotAction, NotResource and principals of resource policies are errors here. */
const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: list,
  Resource: list,
  Condition: z.record(z.string(), z.record(z.string(), list)).optional(),
});
export const PolicyDocument = z.object({
  Statement: z.union([Statement, z.array(Statement)]).transform((value) => (Array.isArray(value) ? value : [value])),
});
export type Statement = z.infer<typeof Statement>;

/** What a call needs: an action on one of the given resources, and the condition keys that it carries. */
export type Requirement = {
  action: string;
  /** More than one where the service accepts a permission on any of them (an SES address or its domain). */
  resources: readonly string[];
  /** Condition keys of the call, e.g. `ses:FromAddress`. */
  context?: Readonly<Record<string, readonly string[]>>;
};

const wildcard = (pattern: string, flags: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[\\^$.+()|{}[\]]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    flags,
  );

/** Actions match ignoring case. */
const matchesAction = (patterns: readonly string[], action: string) =>
  patterns.some((pattern) => wildcard(pattern, 'is').test(action));
const matchesResource = (patterns: readonly string[], resource: string) =>
  patterns.some((pattern) => wildcard(pattern, 's').test(resource));

type Operator = (values: readonly string[] | undefined, wanted: readonly string[]) => boolean;

const equals: Operator = (values, wanted) => values?.some((value) => wanted.includes(value)) ?? false;
const like: Operator = (values, wanted) => values?.some((value) => matchesResource(wanted, value)) ?? false;

/** ForAllValues holds for a call that carries no such key: AWS says so, and warns of it. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: equals,
  StringLike: like,
  'ForAllValues:StringEquals': (values = [], wanted) => values.every((value) => wanted.includes(value)),
  'ForAllValues:StringLike': (values = [], wanted) => values.every((value) => matchesResource(wanted, value)),
};
/** The condition keys that the gate derives from calls. */
const CONDITION_KEYS = ['ses:FromAddress', 'dynamodb:LeadingKeys'];

/** Throws for a condition that the gate could not evaluate. */
export function refuseUnknownConditions(role: string, statements: readonly Statement[]): void {
  for (const { Condition = {} } of statements) {
    for (const [operator, keys] of Object.entries(Condition)) {
      if (OPERATORS[operator] === undefined)
        throw new Error(`${role}: the local gate has no condition operator ${operator}`);
      const unknown = Object.keys(keys).find((key) => !CONDITION_KEYS.includes(key));
      if (unknown !== undefined) throw new Error(`${role}: the local gate has no condition key ${unknown}`);
    }
  }
}

const conditionHolds = ({ Condition = {} }: Statement, context: Requirement['context'] = {}): boolean =>
  Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => OPERATORS[operator]?.(context[key], wanted) ?? false),
  );

const applies = (statement: Statement, action: string, resource: string, context: Requirement['context']): boolean =>
  matchesAction(statement.Action, action) &&
  matchesResource(statement.Resource, resource) &&
  conditionHolds(statement, context);

/** Whether the statements allow what is required. */
export function isAllowed(statements: readonly Statement[], { action, resources, context }: Requirement): boolean {
  const touching = (effect: Statement['Effect'], resource: string) =>
    statements.some((statement) => statement.Effect === effect && applies(statement, action, resource, context));
  return (
    !resources.some((resource) => touching('Deny', resource)) &&
    resources.some((resource) => touching('Allow', resource))
  );
}
