import naughtyStrings from 'big-list-of-naughty-strings/blns.json' with { type: 'json' };
import fc, { type Arbitrary } from 'fast-check';
import { resolved, type Schema } from './operations.ts';

/** Values of the running stack that mean something there, by the field or parameter that takes them. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** Text as people, programs and attackers write it: lone surrogates, controls and long texts among it. */
const text = (most: number): Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: Math.min(most, 40) }),
    fc.string({ unit: 'binary', maxLength: Math.min(most, 40) }),
    fc.constantFrom(...naughtyStrings),
    fc.constantFrom('\ud800', 'a\udc00b', '\u0000', '\u202e', '\ufeff', '__proto__', 'constructor', '{{1}}', '%00'),
    fc.constantFrom(most - 1, most, most + 1).map((length) => 'x'.repeat(Math.max(0, length))),
  );

const anyText = text(4_097);

/** Values of no schema in particular. */
const broken: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, -1, 0.5, 1e308, -0, 2 ** 53, 1_000_000_000, '', [], {}, [[]], [null], '1', 'true'),
  fc.jsonValue({ maxDepth: 4 }),
  anyText,
);

const stringOf = (schema: Schema, name: string, known: Known): Arbitrary<string> => {
  const pool = known[name];
  if (pool !== undefined) {
    return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pool) }, { weight: 1, arbitrary: anyText });
  }
  if (schema.format === 'email') return fc.constantFrom('gate@example.org', "o'neil+x@sub.example.org");
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern));
  return text(schema.maxLength ?? 300);
};

const numberOf = ({ minimum = -10, maximum = 10 }: Schema): Arbitrary<number> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: minimum, max: maximum }) },
    { weight: 4, arbitrary: fc.constantFrom(minimum, maximum) },
    { weight: 1, arbitrary: fc.constantFrom(minimum - 1, maximum + 1, minimum + 0.5) },
  );

/** A field and its value; a list of them and no object, as an object can't carry `__proto__` or a name twice. */
export type Field = readonly [name: string, value: unknown];

/** An object in a field, mostly with all that it must have. */
const objectOf = ({ properties = {}, required = [] }: Schema, known: Known): Arbitrary<unknown> => {
  const fields = Object.entries(properties).map(([name, property]) => [name, valueFor(property, name, known)] as const);
  const model = Object.fromEntries(fields);
  return fc.oneof(
    { weight: 9, arbitrary: fc.record(model, { requiredKeys: [...required] }) },
    { weight: 1, arbitrary: fc.record(model, { requiredKeys: [] }) },
  );
};

const typed = (type: string, schema: Schema, name: string, known: Known): Arbitrary<unknown> => {
  switch (type) {
    case 'string':
      return stringOf(schema, name, known);
    case 'integer':
      return numberOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valueFor(schema.items ?? {}, name, known), {
        minLength: schema.minItems ?? 0,
        maxLength: 4,
      });
    case 'object':
      return schema.properties === undefined
        ? fc.dictionary(anyText, fc.jsonValue(), { maxKeys: 5 })
        : fc.oneof({ weight: 9, arbitrary: objectOf(schema, known) }, { weight: 1, arbitrary: broken });
    default:
      throw new Error(`The fuzzer knows no type ${type}`);
  }
};

/** Mostly what a schema asks for, at its bounds too, and sometimes just beyond them. */
const valueFor = (described: Schema, name: string, known: Known): Arbitrary<unknown> => {
  const schema = resolved(described);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return fc.oneof(...alternatives.map((one) => valueFor(one, name, known)));
  const types = [schema.type ?? []].flat();
  if (types.length === 0) return fc.jsonValue();
  return fc.oneof(...types.map((type) => typed(type, schema, name, known)));
};

const ODD_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  'id',
  'version',
  'pk',
  'sk',
];

type Change =
  | { readonly kind: 'none' }
  | { readonly kind: 'replace'; readonly at: number; readonly value: unknown }
  | { readonly kind: 'drop' | 'repeat'; readonly at: number }
  | { readonly kind: 'add'; readonly name: string; readonly value: unknown };

const change: Arbitrary<Change> = fc.oneof(
  { weight: 10, arbitrary: fc.constant({ kind: 'none' } as const) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('replace' as const), at: fc.nat(20), value: broken }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('drop' as const, 'repeat' as const), at: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      name: fc.oneof(fc.constantFrom(...ODD_NAMES), anyText),
      value: fc.oneof(broken, fc.constant({ isAdministrator: true })),
    }),
  },
);

const changed = (fields: readonly Field[], how: Change): readonly Field[] => {
  if (how.kind === 'none') return fields;
  if (how.kind === 'add') return [...fields, [how.name, how.value]];
  const at = fields.length === 0 ? 0 : how.at % fields.length;
  const field = fields[at];
  if (field === undefined) return fields;
  if (how.kind === 'repeat') return [...fields, field];
  return how.kind === 'replace' ? fields.toSpliced(at, 1, [field[0], how.value]) : fields.toSpliced(at, 1);
};

/** Fields of an object that fits the schema, mostly with all that it must have, and up to two changes. */
export const fieldsOf = (schema: Schema, known: Known): Arbitrary<readonly Field[]> => {
  const required = new Set(schema.required);
  const fields = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const field = valueFor(property, name, known).map((value): readonly Field[] => [[name, value]]);
    return required.has(name) ? field : fc.oneof(fc.constant([]), field);
  });
  return fc
    .tuple(fc.tuple(...fields), change, change)
    .map(([parts, first, second]) => changed(changed(parts.flat(), first), second));
};

/** Text for a place that is no JSON: what the schema asks for, or anything. */
export const plainValue = (schema: Schema, name: string, known: Known): Arbitrary<string> =>
  fc.oneof({ weight: 4, arbitrary: valueFor(schema, name, known).map(String) }, { weight: 1, arbitrary: anyText });
