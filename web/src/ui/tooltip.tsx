import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import type { Placement } from './overlay/placement';

const Bubble = lazy(() => import('./overlay/tooltip'));

export interface TooltipProps {
  /** What it says. It repeats or adds to the name of the control, never the only place of a fact. */
  text: string;
  keys?: string;
  placement?: Placement;
  children: ReactNode;
}

const DELAY_MS = 500;

/**
 * Shows words beside a control while the pointer rests on it or the keyboard is there.
 * The control names itself, so nothing is repeated to screen readers.
 */
export function Tooltip({ text, keys, placement = 'bottom', children }: TooltipProps) {
  const wrap = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [open, setOpen] = useState(false);
  useEffect(() => () => clearTimeout(timer.current), []);

  const show = (after: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(true), after);
  };
  const hide = () => {
    clearTimeout(timer.current);
    setOpen(false);
  };

  return (
    <span
      ref={wrap}
      role="presentation"
      className="contents"
      onPointerEnter={(event) => event.pointerType !== 'touch' && show(DELAY_MS)}
      onPointerLeave={hide}
      // On the way in, for a control keeps the keys of its press to itself.
      onPointerDownCapture={hide}
      onKeyDownCapture={hide}
      onFocus={(event) => event.target.matches(':focus-visible') && show(0)}
      onBlur={hide}
    >
      {children}
      {open && (
        <Suspense>
          <Bubble text={text} keys={keys} placement={placement} anchor={wrap} onClose={hide} />
        </Suspense>
      )}
    </span>
  );
}
