/** How Slack reads its markup: three characters are escaped, and what stands in angle brackets is a link or a mention. */
export const readSlackMarkup = (markup: string): { readonly text: string; readonly marks: readonly string[] } => ({
  text: markup
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&'),
  marks: [...markup.matchAll(/<[^>]*>|&(?!(?:lt|gt|amp);)/g)].map(([mark]) => mark),
});
