import { Suspense, type ReactNode } from 'react';
import { lazyOverlay, useOpened } from './lazy';

export interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** One sentence of what will come of it. */
  lead?: ReactNode;
  children?: ReactNode;
  /** The buttons, the main one last. */
  footer?: ReactNode;
  size?: 'small' | 'normal' | 'large' | 'full';
  /** `Ctrl/⌘ Enter` does this. */
  onConfirm?: (() => void) | undefined;
  /** Something was written that would be lost: closing asks first. */
  isDirty?: boolean;
}

const dialog = lazyOverlay<DialogProps>(() => import('./overlay/dialog'));

/** Fetches the dialog before it is opened. */
export const preloadDialog = dialog.preload;

/** A modal dialog. */
export function Dialog(props: DialogProps) {
  return useOpened(props.isOpen) ? (
    <Suspense>
      <dialog.Component {...props} />
    </Suspense>
  ) : null;
}

export interface ConfirmDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  lead: ReactNode;
  children?: ReactNode;
  /** A verb and its object: "Delete 3 leads". */
  action: string;
  tone?: 'danger' | 'primary';
  /** While it runs the button is busy; when it fails the dialog stays and says why. */
  onConfirm: () => Promise<void> | void;
}

const confirm = lazyOverlay<ConfirmDialogProps>(() => import('./overlay/confirm'));

/** Asks once before something that is hard to take back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return useOpened(props.isOpen) ? (
    <Suspense>
      <confirm.Component {...props} />
    </Suspense>
  ) : null;
}
