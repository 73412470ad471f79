import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { firstLoadOf } from '../../../web/build/script-budget.ts';

const chunk = (name: string, imports: readonly string[] = [], isEntry = false) =>
  ({ type: 'chunk', name, code: `${name};`.repeat(50), isEntry, imports }) as const;

const weightOf = (...names: readonly string[]) =>
  names.reduce((sum, name) => sum + gzipSync(`${name};`.repeat(50), { level: 9 }).length, 0);

describe('firstLoadOf', () => {
  it('counts the entry, the chunks it needs, and once each what they import, but not what is loaded later', () => {
    const bundle = {
      'entry.js': chunk('entry', ['react.js'], true),
      'draw.js': chunk('draw', ['react.js']),
      'list.js': chunk('list', ['react.js', 'table.js']),
      'react.js': chunk('react'),
      'table.js': chunk('table', ['react.js']),
      'settings.js': chunk('settings', ['forms.js']),
      'forms.js': chunk('forms'),
      'page.css': { type: 'asset' },
    } as const;
    expect(firstLoadOf(bundle, ['draw', 'list'])).toEqual({
      files: 5,
      gzipBytes: weightOf('entry', 'draw', 'list', 'react', 'table'),
    });
  });

  it('tells where a chunk is missing: then its part would not be measured', () => {
    const bundle = { 'entry.js': chunk('entry', [], true), 'draw.js': chunk('draw') };
    expect(firstLoadOf(bundle, ['draw', 'list'])).toMatchObject({ gzipBytes: null });
  });
});
