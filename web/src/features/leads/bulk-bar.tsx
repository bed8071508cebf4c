import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArrowRight, Download, Merge, Pencil, Tag, Trash2, Undo2, UserRound, X } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import { runAction, useAction } from '~/api/action';
import type { Lead } from '~/api/queries/leads';
import { announce } from '~/app/announce';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { type Bulk, type BulkWish, bulkAction, chosenOf, useRunningBulk } from '~/kit/bulk';
import { useDirectory } from '~/kit/directory';
import { stageName } from '~/kit/filter/words';
import { Avatar } from '~/ui/avatar';
import { Button } from '~/ui/button';
import { type Selection, ALL_SELECTED, NOTHING_SELECTED, countSelected } from '~/ui/data-table/selection';
import { IconButton } from '~/ui/icon-button';
import { MenuButton } from '~/ui/menu';
import { Progress } from '~/ui/progress';
import { StageMark } from '~/ui/stage-pill';
import type { ListState } from './list-state';

const BulkDialog = lazy(() => import('./bulk-dialog'));
const EditDialog = lazy(() => import('./edit-dialog'));
const TagsDialog = lazy(() => import('./tags-dialog'));

interface Props {
  state: ListState;
  selection: Selection;
  onSelection: (selection: Selection) => void;
  /** The leads that are loaded. */
  rows: readonly Lead[];
  total: number | undefined;
  isCapped: boolean;
  onExport: () => void;
}

/** Up to so many named leads are changed at once: they are in sight, and Undo is at hand. */
const WITHOUT_ASKING = 50;

/** What is selected, and what can be done with all of it. It says numbers before anything is done. */
export function BulkBar(props: Props) {
  const { state, selection, onSelection, rows, total = 0, isCapped } = props;
  const text = useText();
  const format = useFormats();
  const cache = useQueryClient();
  const act = useAction(bulkAction);
  const running = useRunningBulk();
  const [asked, setAsked] = useState<Bulk>();
  const [tagging, setTagging] = useState<'tag' | 'untag'>();
  const [isEditing, setEditing] = useState(false);
  const count = countSelected(selection, total);
  if (count === 0 && !running) return null;

  const bulkOf = (wish: BulkWish): Bulk => ({ chosen: chosenOf(selection, state.serverFilter), wish, count });
  const wish = (what: BulkWish) => {
    const bulk = bulkOf(what);
    const isSmall = selection.mode === 'some' && count <= WITHOUT_ASKING && what.action !== 'delete';
    if (isSmall) void act.run(bulk);
    else setAsked(bulk);
  };
  const clear = () => {
    onSelection(NOTHING_SELECTED);
    announce(text({ id: 'bulk.cleared', defaultMessage: 'Selection cleared' }));
    focusTable();
  };
  const isAllLoaded = selection.mode === 'some' && count > 0 && count === rows.length && (total > count || isCapped);
  return (
    <div
      role="toolbar"
      aria-label={text({ id: 'bulk.bar', defaultMessage: 'Selected leads' })}
      data-region="bulk"
      className="absolute inset-x-0 bottom-4 z-30 mx-auto flex w-max max-w-[calc(100%-2rem)] animate-[ui-appear_160ms] flex-wrap items-center gap-1 rounded-xl border border-line bg-surface p-1.5 shadow-popover"
    >
      {running ? (
        <Progress
          label={running.words}
          value={running.done}
          max={running.total}
          text={text(
            { id: 'bulk.progress', defaultMessage: '{done} of {total}' },
            { done: format.number(running.done), total: format.number(running.total) },
          )}
          className="w-80 max-w-full px-2 py-1"
        />
      ) : (
        <>
          <span className="px-2 font-medium tabular-nums">
            {text(
              { id: 'bulk.count', defaultMessage: '{count}{capped, select, true {+} other {}} selected' },
              { count: format.number(count), capped: String(isCapped && selection.mode === 'all') },
            )}
          </span>
          {isAllLoaded && (
            <Button size="small" tone="quiet" onPress={() => onSelection(ALL_SELECTED)} className="text-accent-ink">
              {text(
                { id: 'bulk.all', defaultMessage: 'Select all {total}{capped, select, true {+} other {}}' },
                { total: format.number(total), capped: String(isCapped) },
              )}
            </Button>
          )}
          <Actions {...props} count={count} onWish={wish} onTags={setTagging} onEdit={() => setEditing(true)} isPending={act.pending} />
          <IconButton
            label={text({ id: 'bulk.clear', defaultMessage: 'Clear the selection' })}
            keys="escape"
            icon={<X size={16} />}
            onPress={clear}
          />
        </>
      )}
      <Suspense>
        {asked && (
          <BulkDialog
            bulk={asked}
            isCapped={isCapped && selection.mode === 'all'}
            onClose={() => setAsked(undefined)}
            onConfirm={async (exactly) => {
              const outcome = await runAction(cache, { ...bulkAction, refused: () => true }, { ...asked, count: exactly });
              if (outcome.state === 'refused') throw outcome.problem;
              if (asked.wish.action === 'delete' || asked.wish.action === 'restore') onSelection(NOTHING_SELECTED);
              focusTable();
            }}
          />
        )}
        {isEditing && (
          <EditDialog
            count={count}
            onClose={() => setEditing(false)}
            onEdit={(edit, field, value) => {
              setEditing(false);
              wish({ action: 'edit', edit, field, value });
            }}
          />
        )}
        {tagging && (
          <TagsDialog
            mode={tagging}
            rows={selection.mode === 'some' ? rows.filter((it) => selection.ids.has(it.id)) : []}
            onClose={() => setTagging(undefined)}
            onTags={(tags) => {
              setTagging(undefined);
              wish({ action: tagging, tags });
            }}
          />
        )}
      </Suspense>
    </div>
  );
}

/** After the bar has gone, the list has the focus again. */
function focusTable(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[role=grid] [tabindex="0"]')?.focus());
}

interface ActionsProps extends Props {
  count: number;
  onWish: (wish: BulkWish) => void;
  onTags: (mode: 'tag' | 'untag') => void;
  onEdit: () => void;
  isPending: boolean;
}

const MOST_MERGED = 20;

function Actions({ state, selection, count, onWish, onTags, onEdit, onExport, isPending }: ActionsProps) {
  const text = useText();
  const { can } = useSession();
  const directory = useDirectory();
  const navigate = useNavigate();
  if (state.filter.deleted) {
    return can('leads:delete') ? (
      <Button
        size="small"
        tone="quiet"
        icon={<Undo2 size={15} />}
        isPending={isPending}
        onPress={() => onWish({ action: 'restore' })}
      >
        {text({ id: 'bulk.restore.short', defaultMessage: 'Restore' })}
      </Button>
    ) : null;
  }
  const merge = () =>
    void navigate({
      to: '/merge',
      search: { ids: selection.mode === 'some' ? [...selection.ids].join(',') : '' } as never,
    });
  const noMerge =
    selection.mode === 'some' && count >= 2 && count <= MOST_MERGED
      ? undefined
      : text(
          { id: 'bulk.merge.number', defaultMessage: 'Select 2 to {most} leads to merge them' },
          { most: MOST_MERGED },
        );
  return (
    <>
      {can('leads:move') && (
        <MenuButton
          size="small"
          tone="quiet"
          label={text({ id: 'bulk.move.to', defaultMessage: 'Move to a stage' })}
          icon={<ArrowRight size={15} className="rtl:-scale-x-100" />}
          filter={text({ id: 'lead.stage.find', defaultMessage: 'Find a stage' })}
          placement="top start"
          items={directory.stages.map((it) => ({
            id: it.id,
            label: stageName(directory, it.id),
            icon: <StageMark color={it.color} type={it.type} />,
            onAction: () => onWish({ action: 'move_stage', stageId: it.id, stage: it.name }),
          }))}
        >
          {text({ id: 'bulk.move.short', defaultMessage: 'Move…' })}
        </MenuButton>
      )}
      {can('leads:assign') && (
        <MenuButton
          size="small"
          tone="quiet"
          label={text({ id: 'bulk.assign.to', defaultMessage: 'Assign to somebody' })}
          icon={<UserRound size={15} />}
          filter={text({ id: 'lead.owner.find', defaultMessage: 'Find a person' })}
          placement="top start"
          items={[
            {
              id: 'nobody',
              label: text({ id: 'lead.owner.none', defaultMessage: 'Nobody' }),
              onAction: () => onWish({ action: 'assign', assignedTo: null, owner: '' }),
            },
            ...directory.members.map((it) => ({
              id: it.userId,
              label: it.name,
              icon: <Avatar name={it.name} size="small" />,
              onAction: () => onWish({ action: 'assign', assignedTo: it.userId, owner: it.name }),
            })),
          ]}
        >
          {text({ id: 'bulk.assign.short', defaultMessage: 'Assign…' })}
        </MenuButton>
      )}
      {can('leads:edit') && (
        <MenuButton
          size="small"
          tone="quiet"
          label={text({ id: 'bulk.tags', defaultMessage: 'Tags of the selected leads' })}
          icon={<Tag size={15} />}
          placement="top start"
          items={[
            {
              id: 'tag',
              label: text({ id: 'bulk.tags.add', defaultMessage: 'Add tags…' }),
              onAction: () => onTags('tag'),
            },
            {
              id: 'untag',
              label: text({ id: 'bulk.tags.remove', defaultMessage: 'Take tags off…' }),
              onAction: () => onTags('untag'),
            },
          ]}
        >
          {text({ id: 'bulk.tags.short', defaultMessage: 'Tags…' })}
        </MenuButton>
      )}
      {can('leads:edit') && (
        <Button size="small" tone="quiet" icon={<Pencil size={15} />} onPress={onEdit}>
          {text({ id: 'bulk.edit.short', defaultMessage: 'Edit…' })}
        </Button>
      )}
      <MenuButton
        size="small"
        tone="quiet"
        label={text({ id: 'bulk.more', defaultMessage: 'More actions for the selected leads' })}
        placement="top start"
        items={[
          {
            id: 'merge',
            label: text({ id: 'bulk.merge', defaultMessage: 'Merge…' }),
            icon: <Merge size={15} />,
            reason: can('leads:merge')
              ? noMerge
              : text({ id: 'bulk.merge.right', defaultMessage: 'Your role may not merge leads' }),
            onAction: merge,
          },
          {
            id: 'export',
            label: text({ id: 'bulk.export', defaultMessage: 'Export…' }),
            icon: <Download size={15} />,
            reason: can('leads:export')
              ? undefined
              : text({ id: 'bulk.export.right', defaultMessage: 'Your role may not export leads' }),
            onAction: onExport,
          },
          {
            id: 'delete',
            label: text({ id: 'bulk.delete.short', defaultMessage: 'Move to the trash…' }),
            icon: <Trash2 size={15} />,
            tone: 'danger',
            reason: can('leads:delete')
              ? undefined
              : text({ id: 'bulk.delete.right', defaultMessage: 'Your role may not delete leads' }),
            onAction: () => onWish({ action: 'delete' }),
          },
        ]}
      >
        {text({ id: 'bulk.more.short', defaultMessage: 'More' })}
      </MenuButton>
    </>
  );
}
