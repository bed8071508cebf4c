import { Dialog } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import { cx } from '../cx';
import type { FloatingPanelProps } from '../popover';

/** The floating part of a popover; see `ui/popover`. */
export default function FloatingPanel(props: FloatingPanelProps) {
  const { label, anchor, isOpen, onOpenChange, placement = 'bottom start', className, children } = props;
  return (
    <Popover
      triggerRef={anchor}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      placement={placement}
      className={cx('float-panel max-w-[calc(100vw-16px)] overflow-auto', className)}
    >
      <Dialog aria-label={label} className="outline-none">
        {children}
      </Dialog>
    </Popover>
  );
}
