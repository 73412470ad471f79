import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { readConfiguration } from '../lib/configuration.ts';
import { addStage } from '../lib/stage.ts';

const app = new App();

/** A mistake in the configuration needs its reason and no stack trace. */
const refuse = (reason: string): never => {
  console.error(reason);
  process.exit(1);
};

/** A command-line option, `-c NAME=VALUE`. */
const option = (name: string, fallback: string): string => {
  const value: unknown = app.node.tryGetContext(name) ?? fallback;
  return typeof value === 'string' && value !== '' ? value : refuse(`-c ${name}=… needs a value`);
};

/** With the line of the file, which Node's errors have; places in Node help no one. */
const withoutPlaces = (error: unknown): string =>
  (error instanceof Error && error.stack !== undefined ? error.stack : String(error))
    .split('\n')
    .filter((line) => !/^ +at .*(?:node:internal|bin\/gatebell)/.test(line))
    .join('\n');

const load = async (path: string): Promise<{ default?: unknown }> => {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    return refuse(`${path} can't be read:\n${withoutPlaces(error)}`);
  }
};

const readStages = (input: unknown, source: string) => {
  try {
    return readConfiguration(input, source);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
};

const file = option('config', 'gatebell.config.ts');
const path = resolve(import.meta.dirname, '..', file);
if (!existsSync(path)) refuse(`There is no file ${path}`);
const stages = readStages((await load(path)).default, file);

const stage = option('stage', 'prod');
const chosen = stages[stage] ?? refuse(`No stage "${stage}" in ${file}. Stages: ${Object.keys(stages).join(', ')}`);

addStage(app, stage, chosen);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
