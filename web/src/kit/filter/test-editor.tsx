import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { Select } from '~/ui/select';
import type { Directory } from '../directory';
import { type FilterField, fieldOf, opsOf, shapeOf } from './fields';
import { type Op, type Test, isFinished } from './model';
import { ValueEditor } from './value-editor';
import { OP_WORDS } from './words';

/** The test with another comparison; the value stays where it still makes sense. */
export function withOp(field: FilterField, test: Test, op: Op): Test {
  const { value } = test;
  const [was, is] = [shapeOf(field.kind, test.op), shapeOf(field.kind, op)];
  if (value === undefined || is === 'none') return { field: test.field, op };
  if (was === is) return { ...test, op };
  if (was === 'one' && is === 'many' && typeof value !== 'object')
    return { field: test.field, op, value: [String(value)] };
  return { field: test.field, op };
}

interface Props {
  test: Test;
  fields: readonly FilterField[];
  directory: Directory;
  onApply: (test: Test) => void;
  onRemove?: () => void;
}

/** Edits one test in a small panel: what is compared how, with what. */
export default function TestEditor({ test: given, fields, directory, onApply, onRemove }: Props) {
  const text = useText();
  const [test, setTest] = useState(given);
  const field = fieldOf(fields, test.field);
  const ops = opsOf(field);
  const isReady = isFinished(test);
  const shown = ops.includes(test.op) ? ops : [test.op, ...ops];
  return (
    <form
      className="flex w-72 max-w-full flex-col gap-2.5 p-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onApply(test);
      }}
    >
      <p className="font-medium wrap-anywhere">{field.label}</p>
      <Select
        label={text({ id: 'filter.op', defaultMessage: 'Comparison' })}
        labelHidden
        options={shown.map((op) => ({ id: op, label: text(OP_WORDS[op]) }))}
        value={test.op}
        onChange={(op) => setTest(withOp(field, test, op))}
      />
      <ValueEditor
        field={field}
        test={test}
        directory={directory}
        onChange={(value) => setTest(value === undefined ? { field: test.field, op: test.op } : { ...test, value })}
      />
      <div className="flex items-center gap-2 pt-1">
        {onRemove && (
          <Button tone="quiet" icon={<Trash2 size={15} />} onPress={onRemove}>
            {text({ id: 'filter.remove', defaultMessage: 'Remove' })}
          </Button>
        )}
        <Button
          type="submit"
          tone="primary"
          className="ms-auto"
          {...(!isReady && { reason: text({ id: 'filter.unfinished', defaultMessage: 'Choose a value first' }) })}
        >
          {text({ id: 'filter.apply', defaultMessage: 'Apply' })}
        </Button>
      </div>
    </form>
  );
}
