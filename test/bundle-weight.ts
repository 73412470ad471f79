import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FUNCTION } from '../core/contract.ts';
import type { FunctionName } from '../lib/bundle.ts';

const KB = 1024;

/** What a start reads, minified and gzipped. */
export type Weight = { readonly minified: number; readonly gzipped: number };

/** Weight is start-up time, and for the API's functions a caller waits. */
/** The heaviest is that of products, with three orders of its list and its history: 337.2 and 115 KB in November 2026. */
const API: Weight = { minified: 339 * KB, gzipped: 116 * KB };
const BEHIND_IT: Weight = { minified: 420 * KB, gzipped: 132 * KB };
/** It writes messages about one event and about many for every channel: 411 and 137 KB in November 2026. */
const DISPATCHER: Weight = { minified: 420 * KB, gzipped: 140 * KB };
const { alarms, gateTrigger, fanOut, dispatcher, background, sweeper, mailFeedback } = FUNCTION;
const NOBODY_WAITS: ReadonlySet<FunctionName> = new Set([
  alarms,
  gateTrigger,
  fanOut,
  dispatcher,
  background,
  sweeper,
  mailFeedback,
]);

/** Whether a caller of the API waits for a function's start. */
export const isBehindApi = (name: FunctionName): boolean => !NOBODY_WAITS.has(name);

/** The most that a start of a function may read. */
export const weightLimit = (name: FunctionName): Weight => {
  if (name === dispatcher) return DISPATCHER;
  return isBehindApi(name) ? API : BEHIND_IT;
};

/** All files of a bundle, by name. */
export const readBundle = (directory: string): ReadonlyMap<string, string> =>
  new Map(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), 'utf8')]));

/** The files that are loaded with an entry: itself and what it imports by statement, and so on. */
export const loadedWith = (
  entry: string,
  files: ReadonlyMap<string, string>,
  loaded = new Set<string>(),
): Set<string> => {
  if (loaded.has(entry)) return loaded;
  loaded.add(entry);
  const statements = files.get(entry)?.matchAll(/\b(?:from|import)\s*"\.\/([^"]+)"/g) ?? [];
  for (const [, file = ''] of statements) loadedWith(file, files, loaded);
  return loaded;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** What the start of a bundle reads. */
export const startWeight = (files: ReadonlyMap<string, string>): Weight => {
  const code = [...loadedWith('index.mjs', files)].map((file) => files.get(file) ?? '');
  return {
    minified: sum(code.map((part) => Buffer.byteLength(part))),
    gzipped: sum(code.map((part) => gzipSync(part).byteLength)),
  };
};
