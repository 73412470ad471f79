import type { ReactNode } from 'react';

/** A text as a program wrote it, in a box of its own that scrolls. */
export const Scrolled = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
  <section className="scrolled" tabIndex={0} aria-label={label}>
    <pre>{children}</pre>
  </section>
);
