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
 * What the browser loads before the first view shows: the entry, the chunks that it then needs, and all that they import at
 * once; not what they load later. `gzipBytes` is null where one of the chunks isn't there.
 */
export const firstLoadOf = (
  bundle: Bundle,
  chunks: readonly string[],
): { readonly files: number; readonly gzipBytes: number | null } => {
  const first = Object.keys(bundle).filter((file) => {
    const chunk = chunkOf(bundle, file);
    return chunk !== undefined && (chunk.isEntry || chunks.includes(chunk.name));
  });
  const files = first.reduce((seen, file) => loadedWith(bundle, file, seen), new Set<string>());
  const weigh = (file: string) => gzipSync(chunkOf(bundle, file)?.code ?? '', { level: 9 }).length;
  const gzipBytes = [...files].map(weigh).reduce((sum, size) => sum + size, 0);
  return { files: files.size, gzipBytes: first.length < 1 + chunks.length ? null : gzipBytes };
};

/** Ends the build where the script of the first load weighs more than its budget. */
export const scriptBudget = ({ chunks, gzipBytes }: { chunks: readonly string[]; gzipBytes: number }): Plugin => ({
  name: 'script-budget',
  apply: 'build',
  generateBundle(_options, bundle: Bundle) {
    const load = firstLoadOf(bundle, chunks);
    if (load.gzipBytes === null) this.error(`Not all of the chunks ${chunks.join(', ')} are beside the entry`);
    const weight = (load.gzipBytes / 1_000).toFixed(1);
    const line = `First load: ${weight} KB of script (gzip) in ${load.files} files; ${gzipBytes / 1_000} KB are allowed`;
    if (load.gzipBytes > gzipBytes) this.error(line);
    this.info(line);
  },
});
