import { useState, type ReactNode } from 'react';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { CheckList } from '~/ui/check-list';
import { DateField } from '~/ui/date-field';

function Panel({ onSave, children }: { onSave: () => void; children: ReactNode }) {
  const text = useText();
  return (
    <form
      className="flex w-72 max-w-full flex-col gap-3 p-3"
      onSubmit={(event) => {
        event.preventDefault();
        onSave();
      }}
    >
      {children}
      <Button type="submit" tone="primary" size="small" className="self-end">
        {text({ id: 'cell.save', defaultMessage: 'Save' })}
      </Button>
    </form>
  );
}

export function DayPanel({ label, value, onSave }: { label: string; value: string; onSave: (value: string) => void }) {
  const [day, setDay] = useState(value.slice(0, 10));
  return (
    <Panel onSave={() => onSave(day)}>
      <DateField label={label} value={day} onChange={setDay} autoFocus />
    </Panel>
  );
}

interface ManyProps {
  label: string;
  options: readonly string[];
  value: readonly string[];
  onSave: (value: string[] | null) => void;
}

export function ManyPanel({ label, options, value, onSave }: ManyProps) {
  const [chosen, setChosen] = useState<readonly string[]>(value);
  return (
    <Panel onSave={() => onSave(chosen.length === 0 ? null : [...chosen])}>
      <CheckList label={label} options={options.map((id) => ({ id, label: id }))} value={chosen} onChange={setChosen} />
    </Panel>
  );
}
