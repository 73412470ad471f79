import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { readConfiguration } from '../lib/configuration.ts';
import { addStage } from '../lib/stage.ts';

const app = new App();

/** A command-line option, `-c NAME=VALUE`. */
const option = (name: string, fallback: string): string => {
  const value: unknown = app.node.tryGetContext(name) ?? fallback;
  if (typeof value !== 'string' || value === '') throw new Error(`-c ${name}=… needs a value`);
  return value;
};

const file = option('config', 'gatebell.config.ts');
const module: { default?: unknown } = await import(pathToFileURL(resolve(import.meta.dirname, '..', file)).href);
const stages = readConfiguration(module.default, file);

const stage = option('stage', 'prod');
const chosen = stages[stage];
if (!chosen) throw new Error(`No stage "${stage}" in ${file}. Stages: ${Object.keys(stages).join(', ')}`);

addStage(app, stage, chosen);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
