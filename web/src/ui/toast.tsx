import { CircleCheck, Clock, Copy, Info, TriangleAlert, X } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useText } from '~/i18n';
import { type Toast as ToastItem, dismissToast, toastTimeout, useToasts } from '~/app/toast';
import { Button } from './button';
import { cx } from './cx';
import { IconButton } from './icon-button';

const TONES = {
  success: ['text-green-solid', CircleCheck],
  info: ['text-blue-solid', Info],
  warning: ['text-amber-solid', Clock],
  danger: ['text-danger', TriangleAlert],
} as const;

/**
 * Draws the messages of the moment. They wait while the pointer or the focus is among them and
 * while nobody looks at the window. Closing the focused one leaves focus on its neighbour, or
 * where it was before.
 */
export function ToastRegion() {
  const text = useText();
  const toasts = useToasts();
  const region = useRef<HTMLElement>(null);
  const before = useRef<Element | null>(null);
  const [isHeld, setHeld] = useState(false);
  const isHidden = useHiddenWindow();

  const close = useCallback((id: number) => {
    const element = region.current;
    const hadFocus = element?.querySelector(`[data-toast="${id}"]`)?.contains(document.activeElement) ?? false;
    dismissToast(id);
    if (!hadFocus) return;
    requestAnimationFrame(() => {
      const next = element?.querySelector<HTMLElement>('[data-toast] button') ?? (before.current as HTMLElement | null);
      if (next?.isConnected) next.focus();
      else document.querySelector<HTMLElement>('main')?.focus();
    });
  }, []);

  return (
    // Not a control itself: it only notices that somebody is among the messages.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={region}
      aria-label={text({ id: 'ui.toasts', defaultMessage: 'Notifications' })}
      data-region="toasts"
      // A dialog makes what stands outside of it inert; what is said about it must stay in reach.
      data-react-aria-top-layer="true"
      tabIndex={-1}
      hidden={toasts.length === 0}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) before.current = event.relatedTarget;
        setHeld(true);
      }}
      onBlur={() => setHeld(false)}
      className="pointer-events-none fixed end-4 bottom-4 z-60 w-[min(24rem,calc(100vw-2rem))] max-sm:bottom-20"
    >
      <ol className="flex flex-col gap-2">
        {toasts.map((toast) => (
          <Toast
            key={toast.id}
            toast={toast}
            after={isHeld || isHidden ? undefined : toastTimeout(toast)}
            onClose={close}
          />
        ))}
      </ol>
    </section>
  );
}

interface ToastProps {
  toast: ToastItem;
  after: number | undefined;
  onClose: (id: number) => void;
}

function Toast({ toast, after, onClose }: ToastProps) {
  const text = useText();
  const { id } = toast;
  useEffect(() => {
    if (after === undefined) return undefined;
    const timer = setTimeout(() => onClose(id), after);
    return () => clearTimeout(timer);
  }, [after, id, onClose]);
  const [colour, Icon] = TONES[toast.tone];
  return (
    <li
      data-toast={id}
      className="pointer-events-auto flex animate-[ui-appear_160ms] items-start gap-2.5 rounded-xl border border-line bg-surface py-2 ps-3 pe-2 shadow-popover"
    >
      <Icon size={17} className={cx('mt-1.5 shrink-0', colour)} />
      <div className="min-w-0 flex-1 py-1">
        <p className="line-clamp-4 wrap-anywhere">{toast.text}</p>
        {toast.requestId !== undefined && <RequestId id={toast.requestId} />}
      </div>
      {toast.action && (
        <Button
          size="small"
          onPress={() => {
            toast.action?.run();
            onClose(id);
          }}
          className="my-0.5"
        >
          {toast.action.label}
        </Button>
      )}
      <IconButton
        label={text({ id: 'ui.toast.close', defaultMessage: 'Close' })}
        icon={<X size={15} />}
        size="small"
        onPress={() => onClose(id)}
        className="my-0.5"
      />
    </li>
  );
}

function RequestId({ id }: { id: string }) {
  const text = useText();
  return (
    <p className="mt-0.5 flex items-center gap-1 text-small text-muted">
      <span className="truncate font-mono">{id}</span>
      <IconButton
        label={text({ id: 'ui.toast.copy', defaultMessage: 'Copy the request number' })}
        icon={<Copy size={13} />}
        size="small"
        onPress={() => void navigator.clipboard?.writeText(id)}
      />
    </p>
  );
}

function useHiddenWindow(): boolean {
  const [isHidden, setHidden] = useState(() => document.visibilityState === 'hidden');
  useEffect(() => {
    const look = () => setHidden(document.visibilityState === 'hidden');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return isHidden;
}
