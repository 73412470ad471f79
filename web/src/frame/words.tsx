import { Fragment, type ReactNode } from 'react';

/** Characters that change the direction of the text around them. */
const BIDI = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

const nameOf = (character: string): string =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

/** Somebody's text with characters spelled out that would reverse it. */
export const visible = (text: string): string => text.replace(BIDI, nameOf);

/** Words with a sign inside: names of functions, addresses, paths. */
const WITH_SIGN = /(?<!\S)(\S*[_/@:.]\S*)/;

/** Where those break best: after the sign, but not inside a number, and not before an ending such as `.com`. */
const BREAK = /(?<=\S{4}[_/@:])(?=[^\s/]\S{2})|(?<=\S{3}\D\.)(?=\D\S{4})/;

/** A word that is broken only if it is wider than its line, and first at its signs. */
const Word = ({ text }: { readonly text: string }) => {
  const [first, ...parts] = text.split(BREAK);
  if (parts.length === 0) return text;
  return (
    <span className="word">
      {first}
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text don't move.
        <Fragment key={index}>
          <wbr />
          {part}
        </Fragment>
      ))}
    </span>
  );
};

/** A text in pieces, of which each second one is a word with a sign. */
const wordsOf = (text: string): ReactNode =>
  text.split(WITH_SIGN).map((piece, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: words of a text don't move.
    return index % 2 === 0 ? piece : <Word key={index} text={piece} />;
  });

/** Somebody's text, which may have words of any length. */
export const Words = ({ children, className = '' }: { readonly children: ReactNode; readonly className?: string }) => (
  <span className={`words ${className}`}>{typeof children === 'string' ? wordsOf(visible(children)) : children}</span>
);
