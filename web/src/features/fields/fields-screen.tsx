import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, GripVertical, ListPlus, Lock, Pencil, Plus, Trash2, TriangleAlert } from 'lucide-react';
import { useRef, useState } from 'react';
import { useAction } from '~/api/action';
import { api, bodyOf, ifMatch } from '~/api/client';
import { type Field, fieldsQuery } from '~/api/queries/fields';
import { announce } from '~/app/announce';
import { useSession } from '~/app/session';
import { useTitle } from '~/app/title';
import { useText } from '~/i18n';
import { Badge } from '~/ui/badge';
import { Button } from '~/ui/button';
import { ConfirmDialog } from '~/ui/dialog';
import { EmptyState } from '~/ui/empty-state';
import { IconButton } from '~/ui/icon-button';
import { Skeleton } from '~/ui/skeleton';
import { useSortable } from '~/ui/use-sortable';
import { FieldDialog } from './field-dialog';
import { KINDS } from './kinds';

/** What a workspace keeps of its leads besides what every lead has. */
export function FieldsScreen() {
  const text = useText();
  const { can } = useSession();
  const title = text({ id: 'fields.title', defaultMessage: 'Custom fields' });
  useTitle(title);
  const { data, error, refetch } = useQuery(fieldsQuery);
  const [open, setOpen] = useState<Field | 'new'>();
  if (!can('fields:manage')) {
    return (
      <EmptyState icon={<Lock size={20} />} level={2} title={text({ id: 'fields.refused', defaultMessage: 'You may not change custom fields' })}>
        {text({ id: 'fields.refused.why', defaultMessage: 'It needs the right to manage fields. An administrator of the workspace can give it to your role.' })}
      </EmptyState>
    );
  }
  const add = (
    <Button tone="primary" icon={<Plus size={16} />} onPress={() => setOpen('new')}>
      {text({ id: 'fields.new', defaultMessage: 'New field' })}
    </Button>
  );
  return (
    <div className="mx-auto flex w-full max-w-220 flex-col gap-4 px-gutter py-4">
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="flex-1 text-title">{title}</h1>
        {data && data.length > 0 && add}
      </header>
      {data && data.length === 0 && (
        <EmptyState
          icon={<ListPlus size={20} />}
          level={2}
          title={text({ id: 'fields.none', defaultMessage: 'No custom fields yet' })}
          action={add}
        >
          {text({ id: 'fields.none.why', defaultMessage: 'Add one for what you need to know of each lead: a budget, an industry, a date.' })}
        </EmptyState>
      )}
      {data && data.length > 0 && <FieldRows fields={data} onEdit={setOpen} />}
      {!data && !error && <Skeleton className="h-32 w-full" />}
      {!data && error && (
        <EmptyState
          icon={<TriangleAlert size={20} />}
          level={2}
          title={text({ id: 'fields.failed', defaultMessage: 'The fields could not be loaded' })}
          action={<Button onPress={() => void refetch()}>{text({ id: 'fields.retry', defaultMessage: 'Try again' })}</Button>}
        >
          {error.message}
        </EmptyState>
      )}
      <FieldDialog field={open} onClose={() => setOpen(undefined)} />
    </div>
  );
}

function FieldRows({ fields, onEdit }: { fields: readonly Field[]; onEdit: (field: Field) => void }) {
  const text = useText();
  const cache = useQueryClient();
  const list = useRef<HTMLUListElement>(null);
  const [leaving, setLeaving] = useState<Field>();
  const order = useAction({
    label: () => text({ id: 'fields.ordered', defaultMessage: 'Changed the order of the fields' }),
    quiet: true,
    announce: () => '',
    apply: (_, wanted: readonly Field[]) => {
      cache.setQueryData(fieldsQuery.queryKey, [...wanted]);
      return () => cache.setQueryData(fieldsQuery.queryKey, [...fields]);
    },
    request: (wanted, key) =>
      bodyOf(api.PUT('/lead-fields/order', { body: { ids: wanted.map((it) => it.id) }, headers: { 'Idempotency-Key': key } })),
    undo: async () => {
      await api.PUT('/lead-fields/order', { body: { ids: fields.map((it) => it.id) } });
      await cache.invalidateQueries({ queryKey: ['fields'] });
    },
  });
  const move = (id: string, to: number) => {
    const field = fields.find((it) => it.id === id);
    const others = fields.filter((it) => it.id !== id);
    if (!field || to < 0 || to > others.length || fields[to]?.id === id) return;
    announce(
      text(
        { id: 'fields.moved', defaultMessage: '{name}, position {position} of {total}.' },
        { name: field.name, position: to + 1, total: fields.length },
      ),
      'assertive',
    );
    void order.run([...others.slice(0, to), field, ...others.slice(to)]);
  };
  useSortable(
    list,
    fields.map((it) => it.id),
    move,
  );
  return (
    <>
      <ul ref={list} className="flex flex-col gap-1.5">
        {fields.map((field, index) => (
          <FieldRow
            key={field.id}
            field={field}
            isFirst={index === 0}
            isLast={index === fields.length - 1}
            onMove={(by) => move(field.id, index + by)}
            onEdit={() => onEdit(field)}
            onRemove={() => setLeaving(field)}
          />
        ))}
      </ul>
      <ConfirmDialog
        isOpen={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title={text({ id: 'fields.remove.title', defaultMessage: 'Remove the field {name}?' }, { name: leaving?.name ?? '' })}
        lead={text({ id: 'fields.remove.lead', defaultMessage: 'Leads keep the values they have; the field is not asked for or filtered by any more.' })}
        action={text({ id: 'fields.remove.do', defaultMessage: 'Remove the field' })}
        onConfirm={async () => {
          if (!leaving) return;
          await api.DELETE('/lead-fields/{id}', { params: { path: { id: leaving.id }, header: ifMatch(leaving.version) } });
          await cache.invalidateQueries({ queryKey: ['fields'] });
        }}
      />
    </>
  );
}

interface FieldRowProps {
  field: Field;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: 1 | -1) => void;
  onEdit: () => void;
  onRemove: () => void;
}

function FieldRow({ field, isFirst, isLast, onMove, onEdit, onRemove }: FieldRowProps) {
  const text = useText();
  const values = { name: field.name };
  return (
    <li
      data-sort={field.id}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-line bg-surface px-2 py-1.5 data-dragged:opacity-40"
    >
      <span data-grip="" aria-hidden="true" className="grid size-6 shrink-0 cursor-grab place-items-center text-muted max-sm:hidden">
        <GripVertical size={16} />
      </span>
      <span className="flex min-w-40 flex-1 flex-col">
        <span className="truncate font-semibold">{field.name}</span>
        <span className="truncate text-small text-muted">
          {text(KINDS[field.type])}
          {field.options.length > 0 && ` · ${field.options.join(', ')}`}
        </span>
      </span>
      <code className="text-small text-muted max-md:hidden">{field.key}</code>
      {field.required && <Badge>{text({ id: 'fields.required', defaultMessage: 'Required' })}</Badge>}
      {field.unique && <Badge tone="info">{text({ id: 'fields.unique', defaultMessage: 'Unique' })}</Badge>}
      <span className="flex">
        <IconButton
          size="small"
          label={text({ id: 'fields.up', defaultMessage: 'Move {name} up' }, values)}
          icon={<ArrowUp size={15} />}
          onPress={() => onMove(-1)}
          reason={isFirst ? text({ id: 'fields.up.not', defaultMessage: 'It is the first already.' }) : undefined}
        />
        <IconButton
          size="small"
          label={text({ id: 'fields.down', defaultMessage: 'Move {name} down' }, values)}
          icon={<ArrowDown size={15} />}
          onPress={() => onMove(1)}
          reason={isLast ? text({ id: 'fields.down.not', defaultMessage: 'It is the last already.' }) : undefined}
        />
        <IconButton
          size="small"
          label={text({ id: 'fields.edit', defaultMessage: 'Edit {name}' }, values)}
          icon={<Pencil size={15} />}
          onPress={onEdit}
        />
        <IconButton
          size="small"
          label={text({ id: 'fields.remove', defaultMessage: 'Remove {name}' }, values)}
          icon={<Trash2 size={15} />}
          onPress={onRemove}
        />
      </span>
    </li>
  );
}
