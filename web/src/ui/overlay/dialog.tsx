import { X } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { Dialog as Base, Heading } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useText } from '~/i18n';
import { Button } from '../button';
import { cx } from '../cx';
import type { DialogProps } from '../dialog';
import { IconButton } from '../icon-button';

const SIZES = {
  small: 'max-w-100',
  normal: 'max-w-136',
  large: 'max-w-208',
  full: 'max-w-360 sm:h-[calc(100dvh-48px)]',
} as const;

/** The floating part of a dialog; see `ui/dialog`. */
export default function ModalDialog(props: DialogProps) {
  const { isOpen, onClose, title, lead, children, footer, size = 'normal', onConfirm, isDirty = false } = props;
  const text = useText();
  const [isAsking, setAsking] = useState(false);
  const before = useRef<Element | null>(null);
  const close = () => {
    if (!isDirty) return onClose();
    before.current = document.activeElement;
    setAsking(true);
  };
  const stay = () => {
    setAsking(false);
    // Where one was writing, writing goes on.
    (before.current as HTMLElement | null)?.focus?.();
  };
  const leave = () => {
    setAsking(false);
    onClose();
  };
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(next) => !next && close()}
      isDismissable
      className="modal-scrim flex items-end justify-center sm:items-center sm:p-6"
    >
      <Modal
        className={cx(
          'modal-panel flex max-h-[calc(100dvh-24px)] w-full flex-col rounded-t-2xl bg-surface shadow-dialog sm:max-h-full sm:rounded-2xl',
          'border border-line',
          SIZES[size],
        )}
      >
        <Base className="flex min-h-0 flex-1 flex-col outline-none">
          <Confirming onConfirm={onConfirm}>
            <header className="flex items-start gap-3 px-5 pt-4 pb-2">
              <div className="min-w-0 flex-1">
                <Heading slot="title" className="text-heading wrap-anywhere">
                  {title}
                </Heading>
                {lead !== undefined && <p className="mt-1 text-body text-muted wrap-anywhere">{lead}</p>}
              </div>
              <IconButton
                label={text({ id: 'ui.dialog.close', defaultMessage: 'Close' })}
                icon={<X size={16} />}
                size="small"
                onPress={close}
                className="-me-2"
              />
            </header>
            <div className="min-h-0 flex-1 overflow-auto px-5 py-2">{children}</div>
            {isAsking ? (
              <Leaving onStay={stay} onLeave={leave} />
            ) : (
              footer !== undefined && (
                <footer className="flex flex-wrap items-center justify-end gap-2 px-5 pt-2 pb-4">{footer}</footer>
              )
            )}
          </Confirming>
        </Base>
      </Modal>
    </ModalOverlay>
  );
}

/** `Ctrl/⌘ Enter` anywhere inside does the main thing. */
function Confirming({ onConfirm, children }: { onConfirm: (() => void) | undefined; children: ReactNode }) {
  return (
    <div
      role="presentation"
      className="contents"
      // On the way in, for a button that has the focus would take the key for a press of its own.
      onKeyDownCapture={(event) => {
        if (!onConfirm || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        onConfirm();
      }}
    >
      {children}
    </div>
  );
}

/** Stands in the place of the buttons, so that nothing covers what was written. */
function Leaving({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  const text = useText();
  return (
    <div role="alert" className="flex flex-wrap items-center gap-2 border-t border-line px-5 py-3">
      <p className="min-w-0 flex-1">
        {text({ id: 'ui.dialog.unsaved', defaultMessage: 'What you entered is not saved.' })}
      </p>
      <Button onPress={onLeave}>{text({ id: 'ui.dialog.discard', defaultMessage: 'Discard' })}</Button>
      <Button tone="primary" onPress={onStay} autoFocus>
        {text({ id: 'ui.dialog.stay', defaultMessage: 'Keep editing' })}
      </Button>
    </div>
  );
}
