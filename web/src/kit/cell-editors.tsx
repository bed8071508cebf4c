import { useQuery } from '@tanstack/react-query';
import { Suspense, lazy, useMemo, useState, type ReactNode } from 'react';
import { leadGroupsQuery } from '~/api/queries/leads';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { PanelEditor } from '~/ui/data-table/choice-editor';
import type { EditorProps } from '~/ui/data-table/data-table';
import { TokensField } from '~/ui/tokens-field';

const CheckList = lazy(() => import('~/ui/check-list').then((it) => ({ default: it.CheckList })));
const DateField = lazy(() => import('~/ui/date-field').then((it) => ({ default: it.DateField })));

type Common = Pick<EditorProps<unknown>, 'label' | 'commit' | 'cancel' | 'refused'>;

/** A few controls, and a button that saves what they say. */
function Saved({
  label,
  cancel,
  onSave,
  error,
  children,
}: Pick<Common, 'label' | 'cancel'> & { onSave: () => void; error: string | undefined; children: ReactNode }) {
  const text = useText();
  return (
    <PanelEditor label={label} cancel={cancel}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
      >
        <Suspense>{children}</Suspense>
        {error !== undefined && (
          <p role="alert" className="text-small text-danger">
            {error}
          </p>
        )}
        <Button type="submit" tone="primary" size="small" className="self-end">
          {text({ id: 'cell.save', defaultMessage: 'Save' })}
        </Button>
      </form>
    </PanelEditor>
  );
}

/** The tags that leads have, the most frequent first. */
export function useKnownTags(): string[] {
  const groups = useQuery({ ...leadGroupsQuery({}, 'tag'), staleTime: 5 * 60_000 });
  return useMemo(
    () => (groups.data?.groups ?? []).flatMap((it) => (it.key == null ? [] : [it.label ?? it.key])),
    [groups.data],
  );
}

export function TagsEditor({ value, commit, refused, ...rest }: Common & { value: readonly string[] }) {
  const [tags, setTags] = useState<readonly string[]>((refused?.value as string[] | undefined) ?? value);
  const known = useKnownTags();
  return (
    <Saved {...rest} onSave={() => commit([...tags], 'stay')} error={refused?.error}>
      <TokensField label={rest.label} value={tags} onChange={setTags} suggestions={known} autoFocus />
    </Saved>
  );
}

export function ManyEditor({
  value,
  options,
  commit,
  refused,
  ...rest
}: Common & { value: readonly string[]; options: readonly string[] }) {
  const [chosen, setChosen] = useState<readonly string[]>(value);
  return (
    <Saved {...rest} onSave={() => commit(chosen.length === 0 ? null : [...chosen], 'stay')} error={refused?.error}>
      <CheckList
        label={rest.label}
        options={options.map((id) => ({ id, label: id }))}
        value={chosen}
        onChange={setChosen}
      />
    </Saved>
  );
}

export function DayEditor({ value, commit, refused, ...rest }: Common & { value: string }) {
  const [day, setDay] = useState(value.slice(0, 10));
  return (
    <Saved {...rest} onSave={() => commit(day, 'stay')} error={refused?.error}>
      <DateField label={rest.label} value={day} onChange={setDay} autoFocus />
    </Saved>
  );
}
