import { useState } from 'react';
import { useText } from '~/i18n';
import { Button } from '../button';
import { Dialog } from '../dialog';
import { TextField } from '../text-field';
import { MAX_WIDTH, MIN_WIDTH } from './layout';

interface Props {
  column: { label: string; width: number } | undefined;
  onClose: () => void;
  onWidth: (width: number) => void;
}

/** Sets the width of a column without pulling its edge. */
export function WidthDialog({ column, onClose, onWidth }: Props) {
  const text = useText();
  const [last, setLast] = useState(column);
  if (column && column !== last) setLast(column);
  return (
    <Dialog
      isOpen={column !== undefined}
      onClose={onClose}
      size="small"
      title={text({ id: 'table.width.title', defaultMessage: 'Width of {name}' }, { name: last?.label ?? '' })}
    >
      {last && <WidthForm key={last.label} width={last.width} onClose={onClose} onWidth={onWidth} />}
    </Dialog>
  );
}

function WidthForm({
  width,
  onClose,
  onWidth,
}: {
  width: number;
  onClose: () => void;
  onWidth: (width: number) => void;
}) {
  const text = useText();
  const [value, setValue] = useState(String(width));
  const [error, setError] = useState<string>();
  const save = () => {
    const wanted = Number(value);
    if (!Number.isInteger(wanted) || wanted < MIN_WIDTH || wanted > MAX_WIDTH) {
      setError(
        text(
          { id: 'table.width.range', defaultMessage: 'Enter a whole number between {min} and {max}.' },
          { min: MIN_WIDTH, max: MAX_WIDTH },
        ),
      );
      return;
    }
    onWidth(wanted);
    onClose();
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-4 pb-3"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <TextField
        label={text({ id: 'table.width.label', defaultMessage: 'Pixels' })}
        value={value}
        onChange={setValue}
        inputMode="numeric"
        error={error}
        autoFocus
      />
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>{text({ id: 'ui.dialog.cancel', defaultMessage: 'Cancel' })}</Button>
        <Button type="submit" tone="primary">
          {text({ id: 'table.width.set', defaultMessage: 'Set width' })}
        </Button>
      </div>
    </form>
  );
}
