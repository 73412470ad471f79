import { describe, expect, it } from 'vitest';
import { countFindings } from '../../../packages/reporter/counts.mjs';
import { readSarif } from '../../../packages/reporter/sarif.mjs';

const NOTHING = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const driver = { name: 'x' };
const countRuns = (runs: unknown, version: unknown = '2.1.0') => countFindings(JSON.stringify({ version, runs }));
const count = (results: unknown, rules: object[] = [], run: object = {}) =>
  countRuns([{ tool: { driver: { ...driver, rules } }, results, ...run }]);
const ruleWith = (score: unknown) => ({ id: 'R', properties: { 'security-severity': score } });
const ruleOf = (level: string, more: object = {}) => ({ id: 'R', defaultConfiguration: { level }, ...more });

describe('the severity of a SARIF result', () => {
  it.each([
    ['10.0', 'critical'],
    ['9.0', 'critical'],
    [9.8, 'critical'],
    ['8.9', 'high'],
    ['7', 'high'],
    ['6.9', 'medium'],
    ['4.0', 'medium'],
    ['3.9', 'low'],
    ['0.1', 'low'],
    ['0.0', 'none'],
    ['11', 'unknown'],
    ['CRITICAL', 'critical'],
    [' High ', 'high'],
    ['moderate', 'medium'],
    ['Informational', 'none'],
  ])('is, of security-severity %j, %s, whatever the level', (score, severity) => {
    expect(count([{ ruleId: 'R', level: 'note' }], [ruleWith(score)])).toEqual({ ...NOTHING, [severity]: 1 });
  });

  it.each(['undefined', 'null', 'grave', '', 'constructor', null, undefined, true, [9.8], {}])(
    'is the one of the level where security-severity is no number and no word: %j',
    (score) => {
      expect(count([{ ruleId: 'R', level: 'error' }], [ruleWith(score)])).toEqual({ ...NOTHING, high: 1 });
    },
  );

  it('is the one of the rule where the result has no number and no word itself', () => {
    const result = (score: unknown) => ({ ruleId: 'R', properties: { 'security-severity': score } });
    const counts = count([result('undefined'), result('low'), { ruleId: 'R' }], [ruleWith('9.1')]);
    expect(counts).toEqual({ ...NOTHING, critical: 2, low: 1 });
  });

  it('takes an empty text or list for nothing, as tools in Go write what they leave out', () => {
    const result = {
      ruleId: 'R',
      ruleIndex: -1,
      rule: { id: '', index: -1, guid: '', toolComponent: { index: -1, guid: '' } },
      kind: '',
      level: '',
      baselineState: '',
      suppressions: [],
      properties: { 'security-severity': '' },
      provenance: { invocationIndex: -1 },
    };
    const empty = { processStartFailureMessage: '', exitSignalName: '', toolExecutionNotifications: [] };
    const invocations = [{ executionSuccessful: true, ...empty }];
    const externalPropertyFileReferences = { results: [], driver: {} };
    const byReference = { ...result, ruleId: '', rule: { ...result.rule, id: 'other', index: 0 } };
    const rules = [ruleOf('error', { guid: '' })];
    const counts = count([result, byReference], rules, { invocations, externalPropertyFileReferences });
    expect(counts).toEqual({ ...NOTHING, high: 2 });
  });

  it.each([
    ['error', 'high'],
    ['ERROR', 'high'],
    ['warning', 'medium'],
    [undefined, 'medium'],
    [null, 'medium'],
    ['note', 'low'],
    ['none', 'none'],
    ['odd', 'unknown'],
    ['constructor', 'unknown'],
  ])('is, of level %s, %s', (level, severity) => {
    expect(count([{ ruleId: 'R', level }])).toEqual({ ...NOTHING, [severity]: 1 });
  });

  it('is the default level of its rule where the result has none', () => {
    expect(count([{ ruleId: 'R' }, { ruleId: 'R', level: 'note' }], [ruleOf('error')])).toEqual({
      ...NOTHING,
      high: 1,
      low: 1,
    });
  });
});

describe('a rule that was configured for the run (3.20.5)', () => {
  const override = (descriptor: object, level = 'error') => ({ descriptor, configuration: { level } });
  const invocation = (...ruleConfigurationOverrides: object[]) => ({
    executionSuccessful: true,
    ruleConfigurationOverrides,
  });

  it.each([
    ['its index', { index: 0 }],
    ['its GUID', { guid: 'ABC' }],
    ['its id', { id: 'R' }],
  ])('has that level, found by %s', (_, descriptor) => {
    const invocations = [invocation(override(descriptor))];
    const results = [{ ruleId: 'R' }, { ruleId: 'R', level: 'warning' }];
    expect(count(results, [ruleOf('note', { guid: 'abc' })], { invocations })).toEqual({
      ...NOTHING,
      high: 1,
      medium: 1,
    });
  });

  it('has the level of the invocation that the result is of', () => {
    const invocations = [invocation(override({ index: 0 })), invocation(override({ index: 0 }, 'none'))];
    const results = [0, 1, -1].map((invocationIndex) => ({ ruleIndex: 0, provenance: { invocationIndex } }));
    expect(count(results, [ruleOf('note')], { invocations })).toEqual({ ...NOTHING, high: 1, none: 1, low: 1 });
  });

  it('has that level where the tool describes no rules', () => {
    const invocations = [invocation(override({ id: 'R' }))];
    expect(count([{ ruleId: 'R' }, { ruleId: 'S' }], [], { invocations })).toEqual({ ...NOTHING, high: 1, medium: 1 });
  });
});

describe('the rule of a SARIF result', () => {
  it.each([
    ['its index', { ruleIndex: 1 }],
    ['the index of its reference', { rule: { index: 1 } }],
    ['its id', { ruleId: 'B' }],
    ['its id, where the index is -1', { ruleId: 'B', ruleIndex: -1 }],
    ['its id, where the index is of another rule', { ruleId: 'B', ruleIndex: 0 }],
    ['its id, where the index is out of range', { ruleId: 'B', ruleIndex: 9 }],
    ['its index, where no rule has its id', { ruleId: 'C', ruleIndex: 1 }],
    ['the id that its own is below', { ruleId: 'B/deep/er' }],
    ['the id of its reference', { rule: { id: 'B' } }],
    ['the GUID of its reference', { ruleId: 'B', rule: { guid: '0A' } }],
  ])('is found by %s', (_, result) => {
    const rules = [ruleOf('note', { id: 'A' }), { ...ruleWith('9.8'), id: 'B', guid: '0a' }];
    expect(count([result], rules)).toEqual({ ...NOTHING, critical: 1 });
  });

  it('is the one with the longest id that its own is below, and never one whose id only starts like it', () => {
    const rules = [ruleOf('note', { id: 'B' }), ruleOf('error', { id: 'B/md5' }), ruleOf('none', { id: 'B/md' })];
    expect(count([{ ruleId: 'B/md5/x' }, { ruleId: 'B/md5x' }], rules)).toEqual({ ...NOTHING, high: 1, low: 1 });
  });

  const extensions = [
    { name: 'pack', guid: 'AA', rules: [ruleOf('note', { id: 'Q' }), ruleWith('8.1')] },
    { name: 'CWE', guid: 'BB', taxa: [{ ...ruleWith('9.9'), id: 'CWE-79' }] },
  ];
  const run = { tool: { driver: { ...driver, rules: [ruleOf('none'), ruleOf('none', { id: 'S' })] }, extensions } };

  it.each([
    ['its index, as CodeQL writes it', { ruleId: 'R', rule: { id: 'R', index: 1, toolComponent: { index: 0 } } }],
    ['its GUID', { ruleId: 'R', ruleIndex: 1, rule: { toolComponent: { guid: 'aa' } } }],
    ['its index and the id of the rule', { ruleId: 'R', rule: { toolComponent: { index: 0 } } }],
  ])('may be one of an extension that is named by %s', (_, result) => {
    expect(count([result], [], run)).toEqual({ ...NOTHING, high: 1 });
  });

  it('may be one of an extension that is not named, where the driver has none of the id', () => {
    expect(count([{ ruleId: 'Q' }, { ruleId: 'R' }], [], run)).toEqual({ ...NOTHING, low: 1, none: 1 });
  });

  it('is never a taxon', () => {
    const results = [
      { ruleId: 'CWE-79' },
      { ruleId: 'S', taxa: [{ id: 'CWE-79', index: 0, toolComponent: { index: 1 } }] },
    ];
    const taxonomies = [{ name: 'CWE', rules: [ruleWith('9.9')], taxa: [{ ...ruleWith('9.9'), id: 'CWE-79' }] }];
    expect(count(results, [], { ...run, taxonomies })).toEqual({ ...NOTHING, medium: 1, none: 1 });
  });

  it.each([
    ['by id', (rule: number) => ({ ruleId: `r.${rule}` })],
    ['by the id that its own is below', (rule: number) => ({ ruleId: `r.${rule}/case` })],
    ['by a wrong index', (rule: number) => ({ ruleId: `r.${rule}`, ruleIndex: 0 })],
  ])('is found %s in a number of steps that does not grow with the number of rules', (_, result) => {
    let reads = 0;
    const steps = (numberOfRules: number): number => {
      reads = 0;
      const rules = Array.from({ length: numberOfRules }, (_, index) => ({
        get id() {
          reads += 1;
          return `r.${index}`;
        },
      }));
      const results = Array.from({ length: 2000 }, (_, index) => result(index % numberOfRules));
      readSarif({ version: '2.1.0', runs: [{ tool: { driver: { ...driver, rules } }, results }] });
      return reads;
    };
    // What is left is to index each rule, a few reads for each.
    expect(steps(1000) - steps(10)).toBeLessThanOrEqual(4 * 990);
  });
});

describe('a SARIF result is counted where it is open', () => {
  it.each([
    { kind: 'fail' },
    { kind: 'FAIL' },
    { kind: 'open' },
    { kind: 'review' },
    { kind: 'Review' },
    { kind: null },
  ])('of %j', (result) => {
    expect(count([{ ...result, level: 'error' }])).toEqual({ ...NOTHING, high: 1 });
  });

  it.each([
    { baselineState: 'new' },
    { baselineState: 'unchanged' },
    { suppressions: [] },
    { suppressions: null },
    { suppressions: [{ status: 'rejected' }] },
    { suppressions: [{ status: 'underReview' }] },
    { suppressions: [{ status: 'accepted' }, { status: 'rejected' }] },
    { suppressions: [{ kind: 'inSource' }, { status: 'underReview' }] },
  ])('as it is with %j', (result) => {
    expect(count([result])).toEqual({ ...NOTHING, medium: 1 });
  });

  it.each([
    { kind: 'pass' },
    { kind: 'PASS' },
    { kind: 'informational' },
    { kind: 'notApplicable' },
    { baselineState: 'absent' },
    { suppressions: [{ kind: 'inSource' }] },
    { suppressions: [{ kind: 'external', status: 'accepted' }, { kind: 'inSource' }] },
  ])('as it is not with %j', (result) => {
    expect(count([result])).toEqual(NOTHING);
  });

  it('has severity none where it is undecided and has no level, as level stands for failures only (3.27.10)', () => {
    const results = [{ kind: 'open', ruleId: 'R' }, { kind: 'review' }, { kind: 'open', ruleId: 'S' }];
    const rules = [ruleOf('error'), { ...ruleWith('9'), id: 'S' }];
    expect(count(results, rules)).toEqual({ ...NOTHING, none: 2, critical: 1 });
  });

  it('of an unknown kind is refused', () => {
    expect(() => count([{ kind: 'failed' }])).toThrow('unknown kind "failed"');
  });
});

describe('a SARIF report of no scan is refused', () => {
  const toolExecutionNotifications = [{ level: 'error', message: { text: 'timeout' } }];

  it('without runs', () => {
    expect(() => countRuns([])).toThrow('no runs: the scanner did not scan');
  });

  it.each([undefined, null, {}, 'none'])('whose run has the results %j', (results) => {
    expect(() => count(results)).toThrow('no results: the scanner did not scan');
  });

  it('of which one run has no results', () => {
    expect(() => countRuns([{ tool: { driver }, results: [] }, { tool: { driver } }])).toThrow('no results');
  });

  it.each([
    { executionSuccessful: false },
    { executionSuccessful: null },
    { executionSuccessful: 'false' },
    { processStartFailureMessage: 'not found' },
    { executionSuccessful: true, exitSignalName: 'SIGKILL' },
  ])('whose invocation has %j', (invocation) => {
    const invocations = [{ executionSuccessful: true }, invocation];
    expect(() => count([{ ruleId: 'R' }], [], { invocations })).toThrow('its run failed');
    expect(() => count([], [], { conversion: { invocation } })).toThrow('its run failed');
  });

  it('says what failed', () => {
    const invocations = [{ executionSuccessful: false, toolExecutionNotifications }];
    expect(() => count([], [], { invocations })).toThrow('its run failed ("timeout")');
  });

  it.each([
    ['an error', { toolExecutionNotifications }],
    ['an error of its configuration', { toolConfigurationNotifications: toolExecutionNotifications }],
    ['what is an error by default', { toolExecutionNotifications: [{ descriptor: { index: 0 } }] }],
  ])('that reports %s and no results', (_, notifications) => {
    const invocations = [{ executionSuccessful: true, ...notifications }];
    const tool = { driver: { ...driver, notifications: [{ id: 'N', defaultConfiguration: { level: 'error' } }] } };
    expect(() => count([], [], { tool, invocations })).toThrow('an error and no results');
    expect(count([{ ruleId: 'R' }], [], { tool, invocations })).toEqual({ ...NOTHING, medium: 1 });
  });

  it('but not where it reports warnings only, or nothing', () => {
    const warning = [{ level: 'warning' }, { message: { text: 'skipped a file' } }];
    const invocations = [{ executionSuccessful: true, toolExecutionNotifications: warning }];
    expect(count([], [], { invocations })).toEqual(NOTHING);
    expect(count([], [], { invocations: null })).toEqual(NOTHING);
  });

  it.each(['results', 'driver', 'extensions', 'invocations'])('whose %s are outside of the run', (part) => {
    const external = { [part]: [{ location: { uri: 'x' } }] };
    expect(() => count([], [], { externalPropertyFileReferences: external })).toThrow(`\`${part}\` are outside`);
    const report = {
      version: '2.1.0',
      runs: [{ tool: { driver }, results: [] }],
      inlineExternalProperties: [external],
    };
    expect(() => countFindings(JSON.stringify(report))).toThrow(`\`${part}\` are outside`);
  });

  it('but not where external properties name no such part', () => {
    const report = {
      version: '2.1.0',
      runs: [{ tool: { driver }, results: [] }],
      inlineExternalProperties: [{ guid: 'a' }],
    };
    expect(countFindings(JSON.stringify(report))).toEqual(NOTHING);
  });

  it.each([
    [[null], 'runs'],
    [[{ tool: { driver }, results: [null] }], 'results'],
    [[{ tool: { driver }, results: ['x'] }], 'results'],
    [[{ tool: { driver }, results: [], invocations: { executionSuccessful: false } }], 'invocations'],
    [[{ tool: { driver }, results: [{ suppressions: true }] }], 'suppressions'],
  ])('that is malformed: %j', (runs, name) => {
    expect(() => countRuns(runs)).toThrow(`\`${name}\` is not a list of objects`);
  });

  it('without a tool and without results', () => {
    expect(() => countRuns([{ results: [] }])).toThrow('names no tool');
    expect(countRuns([{ results: [{ level: 'error' }] }])).toEqual({ ...NOTHING, high: 1 });
  });

  it.each([
    ['1.0.0', 'SARIF 1.0.0'],
    ['2.0.0', 'SARIF 2.0.0'],
    [undefined, 'SARIF without a version'],
  ])('of version %s', (version, named) => {
    const report = { $schema: 'https://json.schemastore.org/sarif.json', version, runs: [{ tool: { name: 'x' } }] };
    expect(() => countFindings(JSON.stringify(report))).toThrow(`${named} is not read, only 2.1.0`);
  });
});
