import { X } from 'lucide-react';
import { Dialog, Heading } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useText } from '~/i18n';
import { cx } from '../cx';
import { IconButton } from '../icon-button';
import type { SheetProps } from '../sheet';

const WIDTHS = { narrow: 'sm:w-72', normal: 'sm:w-112', wide: 'sm:w-152' } as const;

const SIDES = {
  start: 'sheet-start inset-y-0 start-0 w-[calc(100vw-48px)] border-e',
  end: 'sheet-end inset-y-0 end-0 w-full border-s',
  bottom: 'sheet-bottom inset-x-0 bottom-0 max-h-[88dvh] rounded-t-2xl border-t',
} as const;

/** The floating part of a sheet; see `ui/sheet`. */
export default function ModalSheet(props: SheetProps) {
  const { isOpen, onClose, title, children, footer, side = 'end', width = 'normal', titleHidden = false } = props;
  const text = useText();
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={(next) => !next && onClose()} isDismissable className="modal-scrim">
      <Modal
        className={cx(
          'sheet-panel fixed flex flex-col border-line bg-surface shadow-dialog',
          SIDES[side],
          side !== 'bottom' && WIDTHS[width],
        )}
      >
        <Dialog className="flex min-h-0 flex-1 flex-col outline-none">
          <header
            className={cx('flex items-center gap-3 px-5 pt-4 pb-2', titleHidden && 'sr-only focus-within:not-sr-only')}
          >
            <Heading slot="title" className="min-w-0 flex-1 text-heading wrap-anywhere">
              {title}
            </Heading>
            <IconButton
              label={text({ id: 'ui.sheet.close', defaultMessage: 'Close' })}
              icon={<X size={16} />}
              size="small"
              onPress={onClose}
              className="-me-2"
            />
          </header>
          <div className="min-h-0 flex-1 overflow-auto">{children}</div>
          {footer !== undefined && (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </footer>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
