import markdownIt from 'markdown-it';

/** Everything of CommonMark, and tables, struck text and addresses that become links by themselves. */
const reader = markdownIt({ html: true, linkify: true });
// "e.g." and "scan.json" are no addresses to Teams.
reader.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

const PLAIN = new Set(['paragraph_open', 'paragraph_close', 'inline', 'text', 'softbreak', 'hardbreak']);

/** What a Markdown reader makes of a text: its plain text, and all that is more than that. */
export const readMarkdown = (markdown: string): { readonly text: string; readonly marks: readonly string[] } => {
  const blocks = reader.parse(markdown, {});
  const parts = blocks.flatMap((block) => [block, ...(block.children ?? [])]);
  return {
    text: parts
      .map(({ type, content }) => {
        if (type === 'text') return content;
        return type === 'paragraph_close' || type.endsWith('break') ? '\n' : '';
      })
      .join('')
      .trimEnd(),
    marks: parts.map(({ type }) => type).filter((type) => !PLAIN.has(type)),
  };
};
