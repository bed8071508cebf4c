import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { createPortal } from 'react-dom';
import { Kbd } from '../kbd';
import type { Placement } from './placement';

interface Props {
  text: string;
  keys: string | undefined;
  placement: Placement;
  anchor: RefObject<HTMLSpanElement | null>;
  onClose: () => void;
}

const GAP = 6;
const EDGE = 8;

/** The words of a tooltip, above everything, kept inside the window. */
export default function TooltipBubble({ text, keys, placement, anchor, onClose }: Props) {
  const bubbleRef = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const bubble = bubbleRef.current;
    const control = anchor.current?.firstElementChild;
    if (!bubble || !control) return;
    const at = control.getBoundingClientRect();
    const own = bubble.getBoundingClientRect();
    const below = at.bottom + GAP + own.height < window.innerHeight - EDGE;
    const top = placement.startsWith('top') || !below ? at.top - GAP - own.height : at.bottom + GAP;
    const middle = at.left + at.width / 2 - own.width / 2;
    const left = Math.min(Math.max(EDGE, middle), window.innerWidth - own.width - EDGE);
    bubble.style.transform = `translate(${Math.round(left)}px, ${Math.round(Math.max(EDGE, top))}px)`;
    bubble.style.visibility = 'visible';
  }, [anchor, placement]);

  useEffect(() => {
    const close = (event: KeyboardEvent) => event.key === 'Escape' && onClose();
    window.addEventListener('keydown', close, true);
    window.addEventListener('scroll', onClose, true);
    return () => {
      window.removeEventListener('keydown', close, true);
      window.removeEventListener('scroll', onClose, true);
    };
  }, [onClose]);

  return createPortal(
    <div
      ref={bubbleRef}
      // The control carries the name already; here it is only drawn.
      aria-hidden="true"
      style={{ visibility: 'hidden' }}
      className="pointer-events-none fixed start-0 top-0 z-70 flex max-w-72 items-center gap-2 rounded-md bg-text px-2 py-1 text-small text-canvas shadow-popover rtl:start-auto rtl:left-0"
    >
      <span className="min-w-0 wrap-break-word">{text}</span>
      {keys !== undefined && <Kbd keys={keys} tone="inverse" />}
    </div>,
    document.body,
  );
}
