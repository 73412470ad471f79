import { defineConfig } from 'vite';
import { docs } from './build/docs.ts';
import { fontFiles } from './build/font-files.ts';
import { scriptBudget } from './build/script-budget.ts';

/** Cloudscape marks its modules for React's server components; bundled for a browser that means nothing. */
const IRRELEVANT = 'MODULE_LEVEL_DIRECTIVE';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [docs(), fontFiles(), scriptBudget({ chunks: ['draw', 'notifications-view'], gzipBytes: 350_000 })],
  // One React for all packages, wherever they are installed.
  resolve: { dedupe: ['react', 'react-dom'] },
  build: {
    target: 'es2023',
    // Strict CSP: nothing may come from a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: {
      // What many views share, in one file: it compresses better than in a file for each set of views.
      output: { codeSplitting: { groups: [{ name: 'shared', test: /node_modules/, minShareCount: 6 }] } },
      onLog: (level, log, next) => {
        if (log.code !== IRRELEVANT) next(level, log);
      },
    },
  },
});
