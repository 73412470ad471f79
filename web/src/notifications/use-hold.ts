import { type FocusEvent, type PointerEvent, useState } from 'react';

/** Whether something happened at the rows of a table, not at its header. */
const isAtRows = ({ target }: { readonly target: EventTarget }): boolean =>
  target instanceof Element && target.closest('tbody') !== null;

/** Whether the reader points at a row or is in one by keyboard: rows then stay where they are. */
export const useHold = () => {
  const [isPointedAt, setPointedAt] = useState(false);
  const [isFocused, setFocused] = useState(false);
  return {
    isHeld: isPointedAt || isFocused,
    handlers: {
      // A finger points at nothing before it touches.
      onPointerOver: (event: PointerEvent) => setPointedAt(event.pointerType === 'mouse' && isAtRows(event)),
      onPointerLeave: () => setPointedAt(false),
      onFocus: (event: FocusEvent) => setFocused(isAtRows(event)),
      onBlur: () => setFocused(false),
    },
  };
};
