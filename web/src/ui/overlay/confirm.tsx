import { useState } from 'react';
import { useText } from '~/i18n';
import { Banner } from '../banner';
import { Button } from '../button';
import type { ConfirmDialogProps } from '../dialog';
import ModalDialog from './dialog';

/** The floating part of a question; see `ui/dialog`. */
export default function Confirm(props: ConfirmDialogProps) {
  const { isOpen, onClose, title, lead, children, action, tone = 'danger', onConfirm } = props;
  const text = useText();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const close = () => {
    setProblem(undefined);
    onClose();
  };
  const run = async () => {
    if (isBusy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <ModalDialog
      isOpen={isOpen}
      onClose={close}
      title={title}
      lead={lead}
      size="small"
      onConfirm={() => void run()}
      footer={
        <>
          <Button onPress={close}>{text({ id: 'ui.dialog.cancel', defaultMessage: 'Cancel' })}</Button>
          <Button tone={tone} isPending={isBusy} onPress={() => void run()} autoFocus>
            {action}
          </Button>
        </>
      }
    >
      {children}
      {problem !== undefined && <Banner tone="danger">{problem}</Banner>}
    </ModalDialog>
  );
}
