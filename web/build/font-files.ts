import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const DATA_FONT = /url\((['"]?)data:font\/woff2;base64,([^'")]+)\1\)/g;

/**
 * Puts the fonts that Cloudscape carries inside its style sheet into files of their own: they load beside the page and
 * not before it, are cached apart, and no `data:` has to be allowed.
 */
export const fontFiles = (): Plugin => ({
  name: 'font-files',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('global-styles') || !id.endsWith('.css')) return null;
    return code.replaceAll(DATA_FONT, (_whole, _quote, base64) => {
      const source = Buffer.from(base64, 'base64');
      const hash = createHash('sha256').update(source).digest('base64url').slice(0, 8);
      const fileName = `assets/open-sans-${hash}.woff2`;
      this.emitFile({ type: 'asset', fileName, source });
      return `url(/${fileName})`;
    });
  },
});
