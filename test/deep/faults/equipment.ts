import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Script } from 'node:vm';
import * as z from 'zod';
import { templateSchema } from '../../../packages/cdk-local/src/template/template.ts';
import { readTemplateModel, type TemplateModel } from '../../../packages/cdk-local/src/template-model.ts';
import { bundleFunctions } from './sim/bundles.ts';
import { PARAMETERS } from './sim/instance.ts';
import type { Plant } from './sim/plants.ts';
import { synthesizeStack } from './sim/synthesize-stack.ts';

/** What all runs need: the template, and the code of each function by its name. */
export type Equipment = { readonly declared: TemplateModel; readonly bundles: ReadonlyMap<string, Script> };

const kept = z.object({
  stackName: z.string(),
  template: templateSchema,
  assets: z.array(z.tuple([z.string(), z.string()])),
  bundles: z.array(z.tuple([z.string(), z.string()])),
});

/** The same equipment, with a bug planted in the functions. */
export const plantBug = async (equipment: Equipment, plant: Plant): Promise<Equipment> => ({
  ...equipment,
  bundles: new Map([...(await bundleFunctions(plant))].map(compile)),
});

/**
 * Makes the equipment once and keeps it in a file in the assembly's folder, where the processes that share the work find it.
 * Returns the folder, which the caller removes.
 */
export const makeEquipment = async (plant: Plant | null = null): Promise<string> => {
  const bundling = bundleFunctions(plant);
  const { stackName, template, assets, directory } = synthesizeStack();
  try {
    const made: z.input<typeof kept> = { stackName, template, assets: [...assets], bundles: [...(await bundling)] };
    writeFileSync(join(directory, 'equipment.json'), JSON.stringify(made));
    return directory;
  } catch (error) {
    rmSync(directory, { recursive: true });
    throw error;
  }
};

const compile = ([name, text]: readonly [string, string]): readonly [string, Script] => [
  name,
  new Script(`(function (${PARAMETERS.join(', ')}) {${text}\n})`, { filename: `${basename(name)}.js` }),
];

/** Reads the equipment that is kept in a folder. */
export const readEquipment = (directory: string): Equipment => {
  const text = readFileSync(join(directory, 'equipment.json'), 'utf8');
  const { stackName, template, assets, bundles } = kept.parse(JSON.parse(text));
  const assembly = { stackName, template, assets: new Map(assets), directory };
  return { declared: readTemplateModel(assembly, 'https://sqs.test'), bundles: new Map(bundles.map(compile)) };
};
