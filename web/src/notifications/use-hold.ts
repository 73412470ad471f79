import { type FocusEvent, type PointerEvent, useRef } from 'react';

/** Whether something is in the rows of a table, not in its header. */
const isInRows = (target: EventTarget | null): boolean => target instanceof Element && target.closest('tbody') !== null;

/** Whether the reader points at a row or is in one by keyboard: rows then stay where they are. Draws nothing anew. */
export const useHold = () => {
  const at = useRef({ isPointed: false, isFocused: false });
  const isHeld = (): boolean => at.current.isPointed || at.current.isFocused;
  return {
    isHeld,
    /** `released` is called when the rows may move again. */
    handlers: (released: () => void) => {
      const note = (change: Partial<typeof at.current>): void => {
        const wasHeld = isHeld();
        at.current = { ...at.current, ...change };
        if (wasHeld && !isHeld()) released();
      };
      return {
        // A finger points at nothing before it touches.
        onPointerOver: (event: PointerEvent) =>
          note({ isPointed: event.pointerType === 'mouse' && isInRows(event.target) }),
        onPointerLeave: () => note({ isPointed: false }),
        onFocus: (event: FocusEvent) => note({ isFocused: isInRows(event.target) }),
        onBlur: (event: FocusEvent) => note({ isFocused: isInRows(event.relatedTarget) }),
      };
    },
  };
};
