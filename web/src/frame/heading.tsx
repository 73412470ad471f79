import { type ReactNode, useEffect, useRef } from 'react';

/** Whether the reader came from another view, whose focus is gone. A page that has just been loaded keeps its own. */
let isFromOtherView = false;

/** The next heading that is shown takes the focus. */
export const focusNextHeading = (): void => {
  isFromOtherView = true;
};

/** The text of a view's heading: it takes the focus when the view replaces another, so that reading begins there. */
export const Heading = ({ children }: { readonly children: ReactNode }) => {
  const text = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (isFromOtherView) text.current?.focus({ preventScroll: true });
    isFromOtherView = false;
  }, []);
  return (
    <span ref={text} tabIndex={-1} className="words heading">
      {children}
    </span>
  );
};
