/**
 * CloudFormation's intrinsic functions. What is not known here throws: a reference that resolves to nothing in the local
 * stack must never become a silent `undefined` in a function's environment.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
import { z } from 'zod';

/** Where references lead. Each throws for what it does not know. */
export type Scope = {
  /** Ref of a resource, parameter or pseudo parameter. */
  ref(name: string): string;
  attribute(logicalId: string, name: string): string;
  condition(name: string): unknown;
};

/** `Ref` of this makes a property vanish. */
const NO_VALUE = 'AWS::NoValue';

const singleSchema = z.record(z.string(), z.unknown()).refine((value) => Object.keys(value).length === 1);
const textSchema = z.union([z.string(), z.number(), z.boolean()]).transform(String);

export const resolve = (value: unknown, scope: Scope): unknown => {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const single = singleSchema.safeParse(value);
  const [name = '', argument] = single.success ? (Object.entries(single.data)[0] ?? []) : [];
  const intrinsic = INTRINSICS[name];
  if (intrinsic !== undefined) return intrinsic(argument, scope);
  // `Condition` is a function only inside Conditions; IAM statements and resources have a property of that name.
  if (name.startsWith('Fn::')) throw new Error(`the local stack does not know ${name}`);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, resolve(item, scope)] as const)
      .filter(([, item]) => item !== undefined),
  );
};

const textOf = (value: unknown, scope: Scope): string => textSchema.parse(resolve(value, scope));
const listOf = (value: unknown, scope: Scope): readonly unknown[] => z.array(z.unknown()).parse(resolve(value, scope));

/** `${Name}`, `${Resource.Attribute}`, and `${!Literal}`. */
const substitute = (argument: unknown, scope: Scope): string => {
  const [template, variables] = z
    .union([
      z.string().transform((text) => [text, {}] as const),
      z.tuple([z.string(), z.record(z.string(), z.unknown())]),
    ])
    .parse(argument);
  return template.replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return textOf(Reflect.get(variables, name), scope);
    const [id = '', ...attribute] = name.split('.');
    return attribute.length === 0 ? scope.ref(id) : scope.attribute(id, attribute.join('.'));
  });
};

const getAttribute = (argument: unknown, scope: Scope): string => {
  const Dotted = z.string().transform((text) => text.split(/\.(.*)/s));
  const [id = '', name = ''] = z.union([Dotted, z.array(z.string())]).parse(argument);
  return scope.attribute(id, name);
};

/** Evaluates what may stand in the Conditions section. */
export const holds = (condition: unknown, scope: Scope): boolean => {
  const [name = '', argument] = Object.entries(singleSchema.parse(condition))[0] ?? [];
  const all = () => z.array(z.unknown()).parse(argument);
  switch (name) {
    case 'Condition':
      return holds(scope.condition(z.string().parse(argument)), scope);
    case 'Fn::Equals': {
      const [left, right] = all().map((side) => textOf(side, scope));
      return left === right;
    }
    case 'Fn::Not':
      return !all().some((part) => holds(part, scope));
    case 'Fn::And':
      return all().every((part) => holds(part, scope));
    case 'Fn::Or':
      return all().some((part) => holds(part, scope));
    default:
      throw new Error(`the local stack does not know the condition ${name}`);
  }
};

const INTRINSICS: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (argument, scope) => {
    const name = z.string().parse(argument);
    return name === NO_VALUE ? undefined : scope.ref(name);
  },
  'Fn::GetAtt': getAttribute,
  'Fn::Sub': substitute,
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = z.tuple([z.string(), z.unknown()]).parse(argument);
    return listOf(parts, scope)
      .map((part) => textSchema.parse(part))
      .join(separator);
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = z.tuple([z.string(), z.unknown()]).parse(argument);
    return textOf(text, scope).split(separator);
  },
  'Fn::Select': (argument, scope) => {
    const [index, list] = z.tuple([z.unknown(), z.unknown()]).parse(argument);
    const chosen = listOf(list, scope)[Number(textOf(index, scope))];
    if (chosen === undefined) throw new Error(`Fn::Select finds nothing at ${JSON.stringify(index)}`);
    return chosen;
  },
  'Fn::If': (argument, scope) => {
    const [name, yes, no] = z.tuple([z.string(), z.unknown(), z.unknown()]).parse(argument);
    return resolve(holds(scope.condition(name), scope) ? yes : no, scope);
  },
};
