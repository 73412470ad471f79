import type { ReactNode } from 'react';

/** Characters that change the direction of the text around them. */
const BIDI = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

const nameOf = (character: string): string =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

/** Somebody's text with characters spelled out that would reverse it. */
export const visible = (text: string): string => text.replace(BIDI, nameOf);

/** Somebody's text, which may have words of any length. */
export const Words = ({ children, className = '' }: { readonly children: ReactNode; readonly className?: string }) => (
  <span className={`words ${className}`}>{typeof children === 'string' ? visible(children) : children}</span>
);
