import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { z } from 'zod';
import { type Template, templateSchema } from './template/template.ts';

const assetManifestSchema = z.object({
  files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })),
});

export type Synthesized = {
  readonly stackName: string;
  readonly template: Template;
  /** Asset hash → folder. */
  readonly assets: ReadonlyMap<string, string>;
  /** The assembly, a temporary folder that the caller removes. */
  readonly directory: string;
};

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/**
 * Synthesizes a CDK app in this process, with the feature flags of cdk.json in `context`: `cdk synth` would give the same template, but
 * for the path metadata that leads from a resource to its construct, and which the CLI switches on itself.
 */
export const synthesize = (define: (app: App) => Stack, context: Readonly<Record<string, unknown>>): Synthesized => {
  const directory = mkdtempSync(join(tmpdir(), 'cdk-local-assembly-'));
  const app = new App({
    outdir: directory,
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
    context: {
      ...context,
      'aws:cdk:enable-path-metadata': true,
    },
  });
  const stack = synthesizeOrClean(app, directory, define);
  const { files } = assetManifestSchema.parse(readJson(join(directory, `${stack.artifactId}.assets.json`)));
  return {
    stackName: stack.stackName,
    template: templateSchema.parse(readJson(join(directory, stack.templateFile))),
    assets: new Map(Object.entries(files).map(([hash, { source }]) => [hash, resolve(directory, source.path)])),
    directory,
  };
};

/** A bundle that does not build must leave nothing behind either. */
const synthesizeOrClean = (app: App, directory: string, define: (app: App) => Stack): Stack => {
  try {
    const stack = define(app);
    app.synth();
    return stack;
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
};
