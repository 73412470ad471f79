/**
 * A part of CloudWatch Logs Insights, enough for Gatebell's queries. Throws at anything else.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */

/** Field → value as text. */
export type InsightsRow = Readonly<Record<string, string>>;

/**
 * The fields that Insights finds in an event: those of a JSON object, nested ones by dots, elements of a list by their
 * numbers. A list as a whole, and null, are no field.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
 */
const flatten = (value: unknown, path: string): [string, string][] => {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object') return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path === '' ? key : `${path}.${key}`));
};

const fieldsOf = (line: string): InsightsRow => {
  const found: Record<string, string> = { '@message': line };
  try {
    Object.assign(found, Object.fromEntries(flatten(JSON.parse(line), '')));
  } catch {
    // No JSON: only the message is there.
  }
  return { '@timestamp': found['timestamp'] ?? found['time'] ?? '', ...found };
};

type Condition = (row: InsightsRow) => boolean;

const COMPARISON = /^([@\w.]+)\s*(=|!=|like)\s*"([^"]*)"$/;
const MEMBERSHIP = /^([@\w.]+)\s+in\s+\[([^\]]*)\]$/;

const comparison = (text: string): Condition => {
  const [, field = '', operator, wanted = ''] = COMPARISON.exec(text) ?? [];
  switch (operator) {
    case '=':
      return (row) => row[field] === wanted;
    case '!=':
      return (row) => row[field] !== wanted;
    case 'like':
      return (row) => row[field]?.includes(wanted) ?? false;
    default: {
      const [, of, list] = MEMBERSHIP.exec(text) ?? [];
      if (of === undefined || list === undefined) throw new Error(`Not a condition of Logs Insights: ${text}`);
      const members = [...list.matchAll(/"([^"]*)"/g)].map(([, member]) => member);
      return (row) => members.includes(row[of] ?? '');
    }
  }
};

/** `and` binds more than `or`; there are no parentheses here. */
const condition = (text: string): Condition => {
  const any = text.split(/\s+or\s+/).map((part) => part.split(/\s+and\s+/).map((one) => comparison(one.trim())));
  return (row) => any.some((all) => all.every((holds) => holds(row)));
};

type Step = (rows: readonly InsightsRow[]) => readonly InsightsRow[];

const FIELD = /^[@a-zA-Z_][\w.]*$/;

const sortBy = (text: string): Step => {
  const [field = '', order = 'asc'] = text.split(/\s+/);
  const sign = order === 'desc' ? -1 : 1;
  return (rows) => rows.toSorted((one, other) => sign * compare(one[field] ?? '', other[field] ?? ''));
};

/** `count(*) as NAME by FIELD, FIELD`: rows have these fields and no others. */
const countBy = (text: string): Step => {
  const [, name, by] = /^count\(\*\) as (\w+) by ([\w., ]+)$/.exec(text) ?? [];
  if (name === undefined || by === undefined)
    throw new Error(`Not a count of Logs Insights, or this test does not know it: ${text}`);
  const fields = by.split(',').map((field) => field.trim());
  return (rows) =>
    [...Map.groupBy(rows, (row) => JSON.stringify(fields.map((field) => row[field] ?? '')))].map(([, group]) => ({
      ...Object.fromEntries(
        fields.flatMap((field) => (group[0]?.[field] === undefined ? [] : [[field, group[0][field]]])),
      ),
      [name]: String(group.length),
    }));
};

/** Numbers by their value, other texts by their characters. */
const compare = (one: string, other: string): number =>
  [one, other].every((value) => /^\d+$/.test(value)) ? Number(one) - Number(other) : one.localeCompare(other);

const step = (command: string, argument: string): Step => {
  switch (command) {
    case 'filter':
      return (rows) => rows.filter(condition(argument));
    case 'sort':
      return sortBy(argument);
    case 'stats':
      return countBy(argument);
    case 'limit':
      return (rows) => rows.slice(0, Number(argument));
    default:
      throw new Error(`Logs Insights has no ${command}, or this test does not know it`);
  }
};

const shownFields = (argument: string): string[] => {
  const names = argument.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !FIELD.test(name) || ['as', 'by', 'in', 'like'].includes(name));
  if (wrong !== undefined) throw new Error(`Not a field: ${wrong}`);
  return names;
};

/** Runs a query over lines of log groups. A row has the fields that the query names, where its line has them. */
export const runInsights = (query: string, lines: readonly string[]): InsightsRow[] => {
  let rows: readonly InsightsRow[] = lines.map(fieldsOf);
  let shown: string[] | null = ['@timestamp', '@message'];
  for (const part of query.split('|')) {
    const [, command = '', argument = ''] = /^\s*(\w+)\s+([\s\S]+?)\s*$/.exec(part) ?? [];
    if (command === 'fields') shown = shownFields(argument);
    else rows = step(command, argument)(rows);
    if (command === 'stats') shown = null;
  }
  return rows.map((row) =>
    shown === null
      ? row
      : Object.fromEntries(shown.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]]))),
  );
};
