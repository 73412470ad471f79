import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

const firstLine = (text: string | undefined): string => text?.split('\n', 1)[0] ?? 'no message';

/** Where an error was thrown in a test file, for example `test/unit/gates/security-gate.test.ts:12`. */
const placeOf = (file: string, stacks: readonly { readonly file: string; readonly line: number }[] = []): string => {
  const frame = stacks.find((candidate) => candidate.file === file);
  return `${relative(process.cwd(), file)}${frame === undefined ? '' : `:${frame.line}`}`;
};

const failedTest = (test: TestCase): string[] => {
  const { state, errors = [] } = test.result();
  if (state !== 'failed') return [];
  return errors.slice(0, 1).map(({ message, stacks }) => {
    return `${placeOf(test.module.moduleId, stacks)} › ${test.fullName}: ${firstLine(message)}`;
  });
};

const failedModule = (module: TestModule): string[] => {
  const own = module
    .errors()
    .map(({ message, stacks }) => `${placeOf(module.moduleId, stacks)}: ${firstLine(message)}`);
  const suites = [...module.children.allSuites()].flatMap((suite) =>
    suite
      .errors()
      .map(({ message, stacks }) => `${placeOf(module.moduleId, stacks)} › ${suite.fullName}: ${firstLine(message)}`),
  );
  return [...own, ...suites, ...[...module.children.allTests()].flatMap(failedTest)];
};

/** Prints, when all is over, one line for each failure: where to look, the test, and what went wrong. */
const oneLineFailures: Reporter = {
  onTestRunEnd: (modules) => {
    const failures = modules.flatMap(failedModule);
    if (failures.length > 0) console.log(['', `Failures, one a line:`, ...failures].join('\n'));
  },
};

const jsonFile = process.env['GATEBELL_TEST_REPORT'];

/** Vitest's own, then the failures; `.ci/run` reads the counts from the file in GATEBELL_TEST_REPORT. */
export const reporters: (string | Reporter | [string, Record<string, unknown>])[] = [
  'default',
  oneLineFailures,
  ...(jsonFile === undefined ? [] : [['json', { outputFile: jsonFile }] satisfies [string, Record<string, unknown>]]),
];
