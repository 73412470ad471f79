/**
 * IAM's evaluation of identity policies, as far as the template's roles use it: an explicit Deny wins, then any Allow, else
 * an implicit denial. What is not understood is refused when the stack starts, never ignored.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { z } from 'zod';

const listSchema = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]));

/** Strict: NotAction, NotResource and principals of resource policies are errors here. */
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: listSchema,
  Resource: listSchema,
  Condition: z.record(z.string(), z.record(z.string(), listSchema)).optional(),
});
export const policyDocumentSchema = z.object({
  Statement: z
    .union([statementSchema, z.array(statementSchema)])
    .transform((value) => (Array.isArray(value) ? value : [value])),
});
export type Statement = z.infer<typeof statementSchema>;

/** What a call needs: an action on one of the given resources, and the condition keys that it carries. */
export type Requirement = {
  readonly action: string;
  /** More than one where the service accepts a permission on any of them (an SES address or its domain). */
  readonly resources: readonly string[];
  /** Condition keys of the call, e.g. `ses:FromAddress`. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
};

/** Each pattern of the template once, with its flags: every call is held against dozens. */
const compiled = new Map<string, RegExp>();

const wildcard = (pattern: string, flags: string): RegExp => {
  const key = `${flags} ${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const escaped = pattern.replace(/[\\^$.+()|{}[\]]/g, '\\$&');
  const expression = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, flags);
  compiled.set(key, expression);
  return expression;
};

/** Actions match ignoring case. */
const isActionOf = (action: string) => (pattern: string) => wildcard(pattern, 'is').test(action);
const isResourceOf = (resource: string) => (pattern: string) => wildcard(pattern, 's').test(resource);
const matchesResource = (patterns: readonly string[], resource: string) => patterns.some(isResourceOf(resource));

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
/** The condition keys that the AWS proxy derives from calls. */
const CONDITION_KEYS = ['ses:FromAddress', 'dynamodb:LeadingKeys'];

/** Throws for a condition that the AWS proxy could not evaluate. */
export const refuseUnknownConditions = (role: string, statements: readonly Statement[]): void => {
  for (const { Condition = {} } of statements) {
    for (const [operator, keys] of Object.entries(Condition)) {
      if (OPERATORS[operator] === undefined)
        throw new Error(`${role}: the AWS proxy has no condition operator ${operator}`);
      const unknown = Object.keys(keys).find((key) => !CONDITION_KEYS.includes(key));
      if (unknown !== undefined) throw new Error(`${role}: the AWS proxy has no condition key ${unknown}`);
    }
  }
};

const conditionHolds = ({ Condition = {} }: Statement, context: Requirement['context'] = {}): boolean =>
  Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => OPERATORS[operator]?.(context[key], wanted) ?? false),
  );

/** One action on one resource, as a statement writes them: perhaps patterns. */
export type Grant = { readonly action: string; readonly resource: string };

/** All that an allowing statement grants. */
export const grantsIn = (statements: readonly Statement[]): readonly Grant[] =>
  statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource): Grant => ({ action, resource }))),
    );

/** What of the statements means a call, with one effect. */
const meant = (
  statements: readonly Statement[],
  effect: Statement['Effect'],
  { action, resources, context }: Requirement,
): readonly Grant[] =>
  statements
    .filter((statement) => statement.Effect === effect)
    .flatMap((statement) => {
      const actions = statement.Action.filter(isActionOf(action));
      if (actions.length === 0 || !conditionHolds(statement, context)) return [];
      const meantResources = statement.Resource.filter((pattern) =>
        resources.some((resource) => isResourceOf(resource)(pattern)),
      );
      return actions.flatMap((action) => meantResources.map((resource): Grant => ({ action: action, resource })));
    });

/** What in the statements allows what is required; empty when nothing does, or something denies it. */
export const grantsFor = (statements: readonly Statement[], requirement: Requirement): readonly Grant[] =>
  meant(statements, 'Deny', requirement).length > 0 ? [] : meant(statements, 'Allow', requirement);

/** Whether the statements allow what is required. */
export const isAllowed = (statements: readonly Statement[], requirement: Requirement): boolean =>
  grantsFor(statements, requirement).length > 0;
