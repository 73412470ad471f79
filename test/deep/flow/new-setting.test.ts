/** The setting that CONTRIBUTING.md adds, in a copy of the repository: what is forgotten is named, and the rest follows. */
import { afterAll, expect, it } from 'vitest';
import { copyRepository } from '../../repository-copy.ts';

const recipe = copyRepository();
afterAll(() => recipe.remove());

const MODEL = 'core/settings/model.ts';
const ROUTES = 'functions/settings/settings-routes.ts';

/** Adds a line below the one of another setting. */
const addBelow = (file: string, line: string, added: string): void => {
  const text = recipe.read(file);
  expect(text.split(line)).toHaveLength(2);
  recipe.write(file, text.replace(line, `${line}\n${added}`));
};

const compile = () => recipe.run('node_modules/typescript/bin/tsc', '--noEmit');
const testUnits = () => recipe.run('node_modules/vitest/vitest.mjs', 'run', 'test/unit/http/openapi.test.ts');
const writeDocument = () => recipe.run('scripts/openapi.ts');

it('a setting needs a line in the change, the stored settings, the defaults, and the example, and each is named', async () => {
  addBelow(MODEL, '          notification_retention_days: retentionDaysSchema,', '          on_call_name: z.string(),');
  addBelow(MODEL, '  notification_retention_days: z.int(),', '  on_call_name: z.string(),');
  await expect(compile()).rejects.toThrow(/model\.ts.*'on_call_name' is missing/);
  addBelow(MODEL, '  notification_retention_days: 400,', "  on_call_name: '',");
  await compile();

  await writeDocument();
  await expect(testUnits()).rejects.toThrow(/shows examples that fit their schemas/);
  addBelow(ROUTES, '  notification_retention_days: 400,', "  on_call_name: 'Rita',");
  await writeDocument();
  await testUnits();
  expect(recipe.read('docs/openapi.json').match(/"on_call_name": "Rita"/g)?.length).toBeGreaterThan(1);
});
