/**
 * Maps stack traces to source lines. `lib/bundle-functions.ts` adds this to every bundle. Node's `--enable-source-maps` reads
 * all maps at every start, which takes 30 to 40 ms of processor time. This reads a map when a trace first needs it
 * (docs/adr/026-keep-bundles-small.md).
 */
import type { SourceMap, SourceMapping } from 'node:module';

// Import statements would load parts of Node that a cold start doesn't need.
const { readFileSync } = process.getBuiltinModule('node:fs');
const { fileURLToPath } = process.getBuiltinModule('node:url');

const readMap = (file: string): SourceMap | null => {
  const path = `${fileURLToPath(file)}.map`;
  const { SourceMap } = process.getBuiltinModule('node:module');
  try {
    return new SourceMap(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
};

const maps = new Map<string, SourceMap | null>();

const mapOf = (file: string): SourceMap | null => {
  const known = maps.get(file);
  if (known !== undefined) return known;
  const map = readMap(file);
  maps.set(file, map);
  return map;
};

/** Node also returns the name, which its types lack. https://nodejs.org/api/module.html#sourcemapfindentrylineoffset-columnoffset */
type Entry = SourceMapping & { readonly name?: string };

/** `written`: the position as V8 prints it in a frame. */
type Origin = { readonly written: string; readonly place: string; readonly name: string | undefined };

const originOf = (frame: NodeJS.CallSite): Origin | null => {
  const [file, line, column] = [frame.getFileName(), frame.getLineNumber(), frame.getColumnNumber()];
  if (!file?.startsWith('file:') || line === null || column === null) return null;
  const entry: Partial<Entry> = mapOf(file)?.findEntry(line - 1, column - 1) ?? {};
  const { originalSource, originalLine = 0, originalColumn = 0, name } = entry;
  if (originalSource === undefined) return null;
  const place = `${originalSource}:${originalLine + 1}:${originalColumn + 1}`;
  return { written: `${file}:${line}:${column}`, place, name };
};

/** A frame as V8 prints it, with its position in the source and the original function name. */
const written = (frame: NodeJS.CallSite, origin: Origin | null, calledAs: string | undefined): string => {
  if (origin === null) return String(frame);
  const minified = frame.getFunctionName();
  const text = String(frame).replace(origin.written, () => origin.place);
  return minified === null || calledAs === undefined ? text : text.replace(minified, () => calledAs);
};

/** Called by V8 when a trace is first read. https://v8.dev/docs/stack-trace-api */
Error.prepareStackTrace = (error, frames) => {
  const origins = frames.map(originOf);
  const lines = frames.map((frame, index) => written(frame, origins[index] ?? null, origins[index + 1]?.name));
  return [Error.prototype.toString.call(error), ...lines].join('\n    at ');
};
