import { z } from 'zod';

/** A filter of an event source mapping, compiled: does it let this record through? */
export type FilterPattern = (record: unknown) => boolean;

/** What a rule sees of a field: its value, or that it is absent. */
type Field = { readonly present: true; readonly value: unknown } | { readonly present: false };
type Rule = (field: Field) => boolean;

const jsonObjectSchema = z.record(z.string(), z.unknown());
const ABSENT: Field = { present: false };

/**
 * Compiles one `Pattern` of `FilterCriteria.Filters` (a JSON text). Throws on what Lambda would refuse.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export const compileFilter = (pattern: string): FilterPattern => {
  const matches = compileObject(jsonObjectSchema.parse(JSON.parse(pattern)), '$');
  return (record) => matches({ present: true, value: record });
};

/** A record passes when any of the filters lets it, or when there are none. */
export const passesFilters = (filters: readonly FilterPattern[], record: unknown): boolean =>
  filters.length === 0 || filters.some((lets) => lets(record));

/** All keys of an object must match; `$or` matches when one of its objects does. */
const compileObject = (pattern: Record<string, unknown>, path: string): Rule => {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw refusal(path, 'an empty object');
  const parts = entries.map(([key, value]): Rule => {
    const here = `${path}.${key}`;
    const choices = key === '$or' ? z.array(jsonObjectSchema).min(1).safeParse(value) : undefined;
    if (choices?.success) {
      const compiled = choices.data.map((choice) => compileObject(choice, here));
      return (field) => compiled.some((matches) => matches(field));
    }
    const matches = compileValue(value, here);
    return (field) => matches(fieldOf(field, key));
  });
  return (field) => parts.every((matches) => matches(field));
};

const compileValue = (value: unknown, path: string): Rule => {
  if (Array.isArray(value)) return compileLeaf(value, path);
  const nested = jsonObjectSchema.safeParse(value);
  if (!nested.success) throw refusal(path, 'neither a list of rules nor an object');
  return compileObject(nested.data, path);
};

const fieldOf = (field: Field, key: string): Field => {
  const holder = field.present ? jsonObjectSchema.safeParse(field.value) : undefined;
  return holder?.success && Object.hasOwn(holder.data, key) ? { present: true, value: holder.data[key] } : ABSENT;
};

/** One of the rules must match; of a field that is a list, one of its members. Rules see leaves only, never an object. */
const compileLeaf = (rules: readonly unknown[], path: string): Rule => {
  if (rules.length === 0) throw refusal(path, 'an empty list of rules');
  const compiled = rules.map((rule) => compileRule(rule, path));
  return (field) => leavesOf(field).some((leaf) => compiled.some((matches) => matches(leaf)));
};

const leavesOf = (field: Field): readonly Field[] => {
  if (!field.present) return [ABSENT];
  const values: unknown[] = Array.isArray(field.value) ? field.value : [field.value];
  const leaves = values.filter((value) => typeof value !== 'object' || value === null);
  return leaves.length === 0 ? [ABSENT] : leaves.map((value) => ({ present: true, value }));
};

const compileRule = (rule: unknown, path: string): Rule => {
  if (isScalar(rule)) return (field) => field.present && field.value === rule;
  const entries = Object.entries(jsonObjectSchema.parse(rule));
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) throw refusal(path, 'a rule with other than one operator');
  const [operator, operand] = entry;
  const compile = OPERATORS[operator];
  if (compile === undefined) throw refusal(path, `the unknown operator ${operator}`);
  return compile(operand, path);
};

const text = (field: Field) => (field.present && typeof field.value === 'string' ? field.value : undefined);

/** A table of the operators: each makes a rule of its operand. */
const OPERATORS: Readonly<Record<string, (operand: unknown, path: string) => Rule>> = {
  exists(operand) {
    const wanted = z.boolean().parse(operand);
    return (field) => field.present === wanted;
  },
  prefix(operand) {
    const prefix = z.string().parse(operand);
    return (field) => text(field)?.startsWith(prefix) ?? false;
  },
  suffix(operand) {
    const suffix = z.string().parse(operand);
    return (field) => text(field)?.endsWith(suffix) ?? false;
  },
  'equals-ignore-case'(operand) {
    const wanted = z.string().parse(operand).toLowerCase();
    return (field) => text(field)?.toLowerCase() === wanted;
  },
  'anything-but'(operand, path) {
    const values = z.array(z.union([z.string(), z.number()])).min(1);
    const parsed = values.safeParse(Array.isArray(operand) ? operand : [operand]);
    if (!parsed.success) throw refusal(path, 'anything-but of something else than texts and numbers');
    const unwanted = new Set<unknown>(parsed.data);
    // An absent field is no value, so it isn't "anything" either.
    return (field) => field.present && !unwanted.has(field.value);
  },
  numeric(operand, path) {
    return compileNumeric(z.array(z.union([z.string(), z.number()])).parse(operand), path);
  },
};

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]`. It compares JSON numbers only, so never DynamoDB's `N`, which is a text. */
const compileNumeric = (operand: readonly (string | number)[], path: string): Rule => {
  const conditions: ((value: number) => boolean)[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const compare = COMPARISONS[String(operand[index])];
    const bound = operand[index + 1];
    if (compare === undefined || typeof bound !== 'number') throw refusal(path, 'a malformed numeric rule');
    conditions.push((value) => compare(value, bound));
  }
  if (conditions.length === 0) throw refusal(path, 'an empty numeric rule');
  return (field) => {
    const value = field.present ? field.value : undefined;
    return typeof value === 'number' && conditions.every((holds) => holds(value));
  };
};

const isScalar = (value: unknown): boolean =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const refusal = (path: string, what: string): Error => new Error(`filter pattern: ${path} is or has ${what}`);
