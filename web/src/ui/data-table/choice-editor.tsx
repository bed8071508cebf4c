import { useRef, useState, type ReactNode } from 'react';
import { FloatingMenu } from '../menu';
import { FloatingPanel } from '../popover';
import type { EditorProps } from './types';

interface ChoiceProps extends Pick<EditorProps<unknown>, 'label' | 'commit' | 'cancel' | 'typed'> {
  options: readonly {
    id: string;
    label: string;
    icon?: ReactNode;
    hint?: string | undefined;
    reason?: string | undefined;
  }[];
  value: string | undefined;
  /** Asks for what to type in the field above the choices. */
  find: string;
}

/** Edits a cell by choosing one of a list. */
export function ChoiceEditor({ label, options, value, find, commit, cancel }: ChoiceProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  const [isOpen, setOpen] = useState(true);
  const isChosen = useRef(false);
  return (
    <span ref={anchor} className="absolute inset-0 outline-2 -outline-offset-2 outline-focus">
      <FloatingMenu
        label={label}
        anchor={anchor}
        isOpen={isOpen}
        filter={find}
        onOpenChange={(next) => {
          setOpen(next);
          if (!next && !isChosen.current) queueMicrotask(cancel);
        }}
        items={options.map((option) => ({
          id: option.id,
          label: option.label,
          icon: option.icon,
          hint: option.hint,
          reason: option.reason,
          isChosen: option.id === value,
          onAction: () => {
            isChosen.current = true;
            if (option.id === value) cancel();
            else commit(option.id, 'stay');
          },
        }))}
      />
    </span>
  );
}

interface PanelProps extends Pick<EditorProps<unknown>, 'label' | 'cancel'> {
  children: ReactNode;
}

/** Edits a cell in a panel below it, for what needs more room than the cell. */
export function PanelEditor({ label, cancel, children }: PanelProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  return (
    <span ref={anchor} className="absolute inset-0 outline-2 -outline-offset-2 outline-focus">
      <FloatingPanel label={label} anchor={anchor} isOpen onOpenChange={(next) => !next && cancel()}>
        <div className="w-72 max-w-full p-3">{children}</div>
      </FloatingPanel>
    </span>
  );
}
