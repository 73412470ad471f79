import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

type Chunk = {
  readonly type: 'chunk';
  readonly name: string;
  readonly code: string;
  readonly isEntry: boolean;
  readonly imports: readonly string[];
};
type Bundle = Readonly<Record<string, Chunk | { readonly type: 'asset' }>>;

const chunkOf = (bundle: Bundle, file: string): Chunk | undefined => {
  const found = bundle[file];
  return found?.type === 'chunk' ? found : undefined;
};

/** A chunk and everything that it imports at once. */
const loadedWith = (bundle: Bundle, file: string, seen = new Set<string>()): Set<string> => {
  const chunk = chunkOf(bundle, file);
  if (chunk === undefined || seen.has(file)) return seen;
  seen.add(file);
  for (const imported of chunk.imports) loadedWith(bundle, imported, seen);
  return seen;
};

/**
 * Ends the build where the script of the first page weighs more than its budget: the entry, the view that is shown
 * first, and all that they import.
 */
export const scriptBudget = ({ entryView, gzipBytes }: { entryView: string; gzipBytes: number }): Plugin => ({
  name: 'script-budget',
  apply: 'build',
  generateBundle(_options, bundle: Bundle) {
    const first = Object.keys(bundle).filter((file) => {
      const chunk = chunkOf(bundle, file);
      return chunk !== undefined && (chunk.isEntry || chunk.name === entryView);
    });
    if (first.length < 2) this.error(`There is no chunk ${entryView} beside the entry`);
    const files = first.reduce((seen, file) => loadedWith(bundle, file, seen), new Set<string>());
    const weigh = (file: string) => gzipSync(chunkOf(bundle, file)?.code ?? '', { level: 9 }).length;
    const bytes = [...files].map(weigh).reduce((sum, size) => sum + size, 0);
    const line = `First load: ${(bytes / 1_000).toFixed(1)} KB of script (gzip) in ${files.size} files; ${gzipBytes / 1_000} KB are allowed`;
    if (bytes > gzipBytes) this.error(line);
    this.info(line);
  },
});
