import { Upload } from 'lucide-react';
import { type DragEvent, type ReactNode, type Ref, useRef, useState } from 'react';
import { Button } from './button';
import { cx } from './cx';

export interface FileDropProps {
  /** Names the place where a file can be put. */
  label: string;
  /** On the button that opens the browser's own choice of files. */
  choose: string;
  onFile: (file: File) => void;
  /** Endings and media types, as the browser's choice takes them: ".csv,.xlsx". */
  accept?: string;
  /** Why no file can be taken now. */
  reason?: string | undefined;
  onRefused?: (reason: string) => void;
  /** Which files, how large. */
  hint?: ReactNode;
  isPending?: boolean;
  buttonRef?: Ref<HTMLButtonElement>;
  className?: string;
}

/** A place for one file: dropped with the pointer, or chosen with the button, which is the way for the keyboard. */
export function FileDrop(props: FileDropProps) {
  const { label, choose, onFile, accept, reason, onRefused, hint, isPending = false, buttonRef, className } = props;
  const input = useRef<HTMLInputElement>(null);
  // Moving over what stands inside tells of entering and leaving as well, so the levels are counted.
  const [depth, setDepth] = useState(0);
  const take = (file: File | undefined) => {
    if (!file) return;
    if (reason === undefined) onFile(file);
    else onRefused?.(reason);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setDepth(0);
    take(event.dataTransfer.files[0]);
  };
  const isOver = depth > 0 && reason === undefined;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the button does the same
    <div
      role="group"
      aria-label={label}
      onDragEnter={(event) => {
        event.preventDefault();
        setDepth(depth + 1);
      }}
      onDragLeave={() => setDepth(Math.max(0, depth - 1))}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
      className={cx(
        'flex flex-col items-center justify-center gap-3 rounded-xl border border-dashed px-6 py-8 text-center transition-colors',
        isOver ? 'border-accent bg-accent-soft' : 'border-line-strong bg-surface',
        className,
      )}
    >
      <span className="grid size-10 place-items-center rounded-xl bg-accent-soft text-accent-ink" aria-hidden="true">
        <Upload size={20} />
      </span>
      <p className="text-heading">{label}</p>
      {hint !== undefined && <div className="text-small text-muted">{hint}</div>}
      <input
        ref={input}
        type="file"
        hidden
        {...(accept !== undefined && { accept })}
        onChange={(event) => {
          take(event.target.files?.[0]);
          // The same file can be chosen once more.
          event.target.value = '';
        }}
      />
      <Button
        tone="primary"
        isPending={isPending}
        reason={reason}
        {...(onRefused && { onRefused })}
        {...(buttonRef !== undefined && { ref: buttonRef })}
        onPress={() => input.current?.click()}
      >
        {choose}
      </Button>
    </div>
  );
}
