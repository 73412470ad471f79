import type { Page } from 'playwright-core';

/** Words in what `selector` finds that are broken over lines, but for breaks after a sign such as `_` or `/`. */
export const brokenWords = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate(
    (selected) =>
      [...document.querySelectorAll(selected)].flatMap((element) => {
        const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        const broken: string[] = [];
        for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
          for (const { 0: word, index } of (node.textContent ?? '').matchAll(/[^\s_/.:@-]+/g)) {
            const range = document.createRange();
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            if (range.getClientRects().length > 1) broken.push(word);
          }
        }
        return broken;
      }),
    selector,
  );

/** Texts in what `selector` finds that are on more than one line. */
export const wrapped = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate(
    (selected) =>
      [...document.querySelectorAll(selected)]
        .filter((element) => element.getClientRects().length > 1)
        .map(({ textContent }) => textContent),
    selector,
  );
