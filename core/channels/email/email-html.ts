import type { ContentEntry, Fact, Link, MessageContent, Tone } from '../message-content.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** The bar above the card, as the page colors states. */
const BAR = { good: '#1d8102', attention: '#d13212', neutral: '#687078' } as const satisfies Record<Tone, string>;

/** Outlook for Windows takes no fonts from a table's surroundings: each cell names its own. */
const FONT = "font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const CODE_FONT = "font-family:Consolas,Menlo,'Courier New',monospace";

/** A word of foreign text without blanks must not stretch the mail beyond the window. */
const BREAKS = 'overflow-wrap:anywhere;word-break:break-word';

/**
 * Programs that read style sheets get the dark colors and one column on a telephone; Outlook for Windows uses what each element has, and
 * programs that darken mail by themselves start from black on white. `data-ogsc` is Outlook.com's mark of its dark mode.
 */
const DARK: readonly (readonly [selector: string, rule: string])[] = [
  ['.page', 'background:#0f1b2a!important'],
  ['.card', 'background:#192534!important;border-color:#414d5c!important'],
  ['.text', 'color:#e9ebed!important'],
  ['.muted', 'color:#b6bec9!important'],
  ['.code', 'background:#0f1b2a!important;color:#e9ebed!important'],
  ['.link', 'color:#89bdee!important'],
];
const darkRules = (prefix: string): string => DARK.map(([name, rule]) => `${prefix}${name}{${rule}}`).join('');
/** Apart, as Gmail drops a whole style sheet for one rule that it does not know. */
const STYLES = [
  '@media (max-width:480px){.label,.value{display:block!important;width:auto!important;padding-right:0!important}.label{padding-bottom:0!important}.inner{padding:16px!important}}',
  `:root{color-scheme:light dark;supported-color-schemes:light dark}@media (prefers-color-scheme:dark){${darkRules('')}}`,
  darkRules('[data-ogsc] '),
];

const HEAD = [
  '<!doctype html><html lang="en"><head><meta charset="utf-8">',
  '<meta name="viewport" content="width=device-width,initial-scale=1">',
  '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">',
  ...STYLES.map((sheet) => `<style>${sheet}</style>`),
  '</head>',
].join('\n');

const TABLE = '<table role="presentation" cellpadding="0" cellspacing="0" border="0"';

/** Outlook ignores `white-space: pre-wrap`, so each line break is an element, and what would collapse does not. */
const linesOf = (text: string): string =>
  escapeHtml(text)
    .replace(/(?<=^| ) /gm, '&nbsp;')
    .replaceAll('\n', '<br>\n');

const row = ({ label, value }: Fact): string =>
  `<tr><td class="label muted" width="120" style="${FONT};font-size:14px;padding:3px 16px 3px 0;vertical-align:top;color:#545b64">${escapeHtml(label)}</td>` +
  `<td class="value text" style="${FONT};font-size:14px;padding:3px 0;vertical-align:top;color:#16191f;${BREAKS}">${escapeHtml(value)}</td></tr>`;

const traceTable = (trace: string): string =>
  `${TABLE} width="100%" style="margin:16px 0 0"><tr>` +
  `<td class="code" bgcolor="#f2f3f3" style="${CODE_FONT};font-size:13px;line-height:1.4;padding:12px;background:#f2f3f3;color:#16191f;${BREAKS}">${linesOf(trace)}</td>` +
  '</tr></table>';

/** Outlook gives links no padding: the cell around it makes the button. */
const button = ({ label, url }: Link): string =>
  `<td bgcolor="#0972d3" style="${FONT};font-size:14px;padding:8px 20px;background:#0972d3;border-radius:4px">` +
  `<a href="${escapeHtml(url)}" style="color:#ffffff;text-decoration:none;font-weight:bold">${escapeHtml(label)}</a></td>`;

const plainLink = ({ label, url }: Link): string =>
  `<td style="${FONT};font-size:14px;padding:8px 0 8px 20px"><a class="link" href="${escapeHtml(url)}" style="color:#0972d3">${escapeHtml(label)}</a></td>`;

const linkTable = ([first, ...others]: readonly Link[]): string =>
  first === undefined
    ? ''
    : `${TABLE} style="margin:20px 0 0"><tr>${[button(first), ...others.map(plainLink)].join('\n')}</tr></table>`;

const textLink = (text: string, url: string | null): string =>
  url === null
    ? escapeHtml(text)
    : `<a class="link" href="${escapeHtml(url)}" style="color:#0972d3">${escapeHtml(text)}</a>`;

const entryRow = ({ sign, title, lines, url }: ContentEntry): string =>
  `<tr><td class="text" width="28" style="${FONT};font-size:15px;padding:8px 0;vertical-align:top;color:#16191f">${sign}</td>` +
  `<td class="text" style="${FONT};font-size:15px;padding:8px 0;vertical-align:top;color:#16191f;${BREAKS}"><b>${textLink(title, url)}</b>` +
  `${lines.map((line) => `<br>\n<span class="muted" style="font-size:14px;color:#545b64">${escapeHtml(line)}</span>`).join('')}</td></tr>`;

const entryTable = ({ entries, more }: MessageContent): string => {
  if (entries.length === 0) return '';
  const last =
    more === null
      ? []
      : [
          `<tr><td class="text" colspan="2" style="${FONT};font-size:15px;padding:8px 0;color:#16191f">${textLink(more.text, more.url)}</td></tr>`,
        ];
  return `${TABLE} width="100%" style="margin:0 0 12px">${[...entries.map(entryRow), ...last].join('\n')}</table>`;
};

/** The HTML of a mail whose texts are cut: a card of 600 px or as wide as the window, with styles in the elements. */
export const emailHtml = (content: MessageContent): string => {
  const { tone, sign, heading, message, facts, trace, links } = content;
  return [
    HEAD,
    '<body class="page" bgcolor="#f2f3f3" style="margin:0;padding:0;background:#f2f3f3">',
    `${TABLE} class="page" width="100%" bgcolor="#f2f3f3" style="background:#f2f3f3"><tr><td align="center" style="padding:16px 8px">`,
    `${TABLE} class="card" width="600" bgcolor="#ffffff" style="width:100%;max-width:600px;background:#ffffff;border:1px solid #d5dbdb;border-collapse:separate">`,
    `<tr><td height="4" bgcolor="${BAR[tone]}" style="height:4px;line-height:4px;font-size:4px;background:${BAR[tone]}">&nbsp;</td></tr>`,
    `<tr><td class="inner text" align="left" style="${FONT};font-size:15px;line-height:1.4;padding:20px 24px;color:#16191f;text-align:left">`,
    `<h1 class="text" style="${FONT};font-size:18px;line-height:1.3;margin:0 0 12px;color:#16191f;${BREAKS}">${sign} ${escapeHtml(heading)}</h1>`,
    message === ''
      ? ''
      : `<p class="text" style="${FONT};font-size:15px;margin:0 0 12px;color:#16191f;${BREAKS}">${linesOf(message)}</p>`,
    entryTable(content),
    `${TABLE} width="100%">${facts.map(row).join('\n')}</table>`,
    trace === null ? '' : traceTable(trace),
    linkTable(links),
    '</td></tr></table>',
    '</td></tr></table></body></html>',
  ]
    .filter((part) => part !== '')
    .join('\n');
};
