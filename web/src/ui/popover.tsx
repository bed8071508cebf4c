import { Suspense, useRef, useState, type ReactNode, type RefObject } from 'react';
import { Button, type ButtonProps } from './button';
import { lazyOverlay, useOpened } from './lazy';
import type { Placement } from './overlay/placement';

export interface FloatingPanelProps {
  label: string;
  anchor: RefObject<Element | null>;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  placement?: Placement;
  className?: string;
  children: ReactNode;
}

const panel = lazyOverlay<FloatingPanelProps>(() => import('./overlay/popover'));

/** A panel beside its anchor, for a few controls. */
export function FloatingPanel(props: FloatingPanelProps) {
  return useOpened(props.isOpen) ? (
    <Suspense>
      <panel.Component {...props} />
    </Suspense>
  ) : null;
}

export interface PopoverButtonProps extends Pick<
  ButtonProps,
  'tone' | 'size' | 'icon' | 'className' | 'children' | 'aria-label'
> {
  /** The name of the panel. */
  label: string;
  renderPanel: (close: () => void) => ReactNode;
  placement?: Placement;
  panelClassName?: string;
}

/** A button that opens a panel. */
export function PopoverButton({ label, renderPanel, placement, panelClassName, ...rest }: PopoverButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button
        {...rest}
        ref={anchor}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={panel.preload}
        onFocus={panel.preload}
        onPress={() => setOpen(!isOpen)}
      />
      <FloatingPanel
        label={label}
        anchor={anchor}
        isOpen={isOpen}
        onOpenChange={setOpen}
        {...(placement && { placement })}
        {...(panelClassName !== undefined && { className: panelClassName })}
      >
        {renderPanel(() => setOpen(false))}
      </FloatingPanel>
    </>
  );
}
