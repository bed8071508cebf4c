import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { leadCountQuery } from '~/api/queries/leads';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { ComboBox } from '~/ui/combo-box';
import { Dialog } from '~/ui/dialog';
import { IconButton } from '~/ui/icon-button';
import { Segmented } from '~/ui/segmented';
import { Select } from '~/ui/select';
import type { Directory } from '../directory';
import { toQuery } from './condition';
import { type FilterField, fieldOf, opsOf } from './fields';
import {
  EVERYTHING,
  type Group,
  type LeadFilter,
  type Path,
  type Test,
  addTo,
  isGroup,
  replaceAt,
  tidy,
} from './model';
import { withOp } from './test-editor';
import { ValueEditor } from './value-editor';
import { OP_WORDS } from './words';

interface Props {
  filter: LeadFilter;
  fields: readonly FilterField[];
  directory: Directory;
  onApply: (root: Group) => void;
  onClose: () => void;
}

const MAX_DEPTH = 4;
const first = (fields: readonly FilterField[]): Test => {
  const field = fields[0] ?? fieldOf(fields, 'name');
  return { field: field.id, op: opsOf(field)[0] ?? 'is' };
};

/** Conditions in groups in groups, with the number of leads that they leave. */
export default function FilterBuilder({ filter, fields, directory, onApply, onClose }: Props) {
  const text = useText();
  const [root, setRoot] = useState<Group>(
    filter.root.members.length > 0 ? filter.root : { mode: 'all', members: [first(fields)] },
  );
  const asked = useDeferredValue(useMemo(() => toQuery({ ...filter, root }), [filter, root]));
  const count = useQuery({ ...leadCountQuery(asked), placeholderData: (before) => before });
  const apply = () => onApply(tidy(root));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="large"
      title={text({ id: 'filter.builder', defaultMessage: 'Filters' })}
      lead={text({ id: 'filter.builder.lead', defaultMessage: 'A lead is shown when it fulfils what stands here.' })}
      onConfirm={apply}
      footer={
        <>
          <p className="me-auto text-muted tabular-nums" role="status">
            {count.data &&
              text(
                {
                  id: 'filter.count.leads',
                  defaultMessage:
                    '{count, plural, one {# lead matches} other {# leads match}}{capped, select, true { or more} other {}}',
                },
                { count: count.data.total, capped: String(count.data.capped) },
              )}
            {count.error?.message}
          </p>
          <Button onPress={() => setRoot(EVERYTHING)}>{text({ id: 'filter.clear', defaultMessage: 'Clear' })}</Button>
          <Button tone="primary" onPress={apply}>
            {text({ id: 'filter.apply', defaultMessage: 'Apply' })}
          </Button>
        </>
      }
    >
      <GroupEditor group={root} path={[]} root={root} onRoot={setRoot} fields={fields} directory={directory} />
    </Dialog>
  );
}

interface Part {
  path: Path;
  root: Group;
  onRoot: (root: Group) => void;
  fields: readonly FilterField[];
  directory: Directory;
}

function GroupEditor({ group, ...part }: Part & { group: Group }) {
  const text = useText();
  const { path, root, onRoot, fields } = part;
  const isInner = path.length > 0;
  return (
    <fieldset className={isInner ? 'min-w-0 rounded-lg border border-line bg-canvas p-2.5' : 'min-w-0'}>
      <legend className="sr-only">{text({ id: 'filter.group', defaultMessage: 'Group of conditions' })}</legend>
      <div className="flex items-center gap-2 pb-2">
        <Segmented
          label={text({ id: 'filter.mode', defaultMessage: 'How many of these hold' })}
          value={group.mode}
          onChange={(mode) =>
            onRoot(path.length === 0 ? { ...group, mode } : replaceAt(root, path, { ...group, mode }))
          }
          segments={[
            { id: 'all', label: text({ id: 'filter.mode.all.short', defaultMessage: 'All of' }) },
            { id: 'any', label: text({ id: 'filter.mode.any.short', defaultMessage: 'Any of' }) },
            { id: 'none', label: text({ id: 'filter.mode.none.short', defaultMessage: 'None of' }) },
          ]}
        />
        {isInner && (
          <IconButton
            label={text({ id: 'filter.group.remove', defaultMessage: 'Remove the group' })}
            icon={<X size={15} />}
            onPress={() => onRoot(replaceAt(root, path, undefined))}
            className="ms-auto"
          />
        )}
      </div>
      <div className="flex flex-col gap-2">
        {group.members.map((member, index) =>
          isGroup(member) ? (
            // A condition has no name of its own; its place is what it is.
            // oxlint-disable-next-line react/no-array-index-key
            <GroupEditor key={index} {...part} group={member} path={[...path, index]} />
          ) : (
            // oxlint-disable-next-line react/no-array-index-key
            <TestRow key={`${index}:${member.field}`} {...part} test={member} path={[...path, index]} />
          ),
        )}
      </div>
      <div className="flex flex-wrap gap-1 pt-2">
        <Button
          tone="quiet"
          size="small"
          icon={<Plus size={14} />}
          onPress={() => onRoot(addTo(root, path, first(fields)))}
        >
          {text({ id: 'filter.add.test', defaultMessage: 'Condition' })}
        </Button>
        {path.length < MAX_DEPTH && (
          <Button
            tone="quiet"
            size="small"
            icon={<Plus size={14} />}
            onPress={() =>
              onRoot(addTo(root, path, { mode: group.mode === 'any' ? 'all' : 'any', members: [first(fields)] }))
            }
          >
            {text({ id: 'filter.add.group', defaultMessage: 'Group' })}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

function TestRow({ test, path, root, onRoot, fields, directory }: Part & { test: Test }) {
  const text = useText();
  const field = fieldOf(fields, test.field);
  const ops = opsOf(field);
  const change = (made: Test) => onRoot(replaceAt(root, path, made));
  return (
    <div className="grid grid-cols-1 items-start gap-2 sm:grid-cols-[minmax(0,11rem)_minmax(0,10rem)_minmax(0,1fr)_auto]">
      <ComboBox
        label={text({ id: 'filter.field', defaultMessage: 'Field' })}
        labelHidden
        options={fields.map((it) => ({ id: it.id, label: it.label }))}
        value={test.field}
        onChange={(id) => {
          if (id === null || id === test.field) return;
          change({ field: id, op: opsOf(fieldOf(fields, id))[0] ?? 'is' });
        }}
      />
      <Select
        label={text({ id: 'filter.op', defaultMessage: 'Comparison' })}
        labelHidden
        options={(ops.includes(test.op) ? ops : [test.op, ...ops]).map((op) => ({ id: op, label: text(OP_WORDS[op]) }))}
        value={test.op}
        onChange={(op) => change(withOp(field, test, op))}
      />
      <div className="min-w-0">
        <ValueEditor
          field={field}
          test={test}
          directory={directory}
          onChange={(value) => change(value === undefined ? { field: test.field, op: test.op } : { ...test, value })}
        />
      </div>
      <IconButton
        label={text(
          { id: 'filter.test.remove', defaultMessage: 'Remove the condition on {field}' },
          { field: field.label },
        )}
        icon={<X size={15} />}
        onPress={() => onRoot(replaceAt(root, path, undefined))}
      />
    </div>
  );
}
