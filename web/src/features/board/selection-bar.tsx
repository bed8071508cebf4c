import { ArrowRight, Tag, UserRound, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Button } from '~/ui/button';
import { IconButton } from '~/ui/icon-button';
import { MenuButton, type MenuItem } from '~/ui/menu';
import { StageMark } from '~/ui/stage-pill';
import { type Chosen, assignLeads, countOf, moveColumn } from './bulk-actions';
import { useScreen } from './lead-card';
import { useMembers } from './members';
import { moveCards } from './move';
import type { Screen } from './screen';

/** What is selected, and what can be done with all of it. It says numbers before anything is done. */
export function SelectionBar() {
  const screen = useScreen();
  const { controller, store } = screen;
  const text = useText();
  useSyncExternalStore(controller.subscribe, controller.version);
  useSyncExternalStore(
    (listener) => store.subscribeAll(listener),
    () => store.columnIds.map((id) => store.total(id)).join(),
  );
  const chosen = chosenOf(screen);
  if (!chosen) return null;
  const clear = () => {
    controller.clearSelection();
    controller.focusCursor();
  };
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-4 z-30 flex justify-center px-3">
      <div
        role="toolbar"
        data-region="bulk"
        aria-label={text({ id: 'board.bulk', defaultMessage: 'Selected leads' })}
        className="pointer-events-auto flex max-w-full flex-wrap items-center gap-1 rounded-xl border border-line bg-surface p-1.5 shadow-popover"
      >
        <span className="px-2 font-medium tabular-nums">
          {text(
            { id: 'board.bulk.count', defaultMessage: '{count, plural, one {# lead} other {# leads}} selected' },
            { count: countOf(chosen) },
          )}
        </span>
        <Widen chosen={chosen} />
        <Actions chosen={chosen} />
        <IconButton
          size="small"
          label={text({ id: 'board.bulk.clear', defaultMessage: 'Clear the selection' })}
          icon={<X size={15} />}
          onPress={clear}
        />
      </div>
    </div>
  );
}

/** Where all loaded cards of a long column are selected, the rest of it is offered. */
function Widen({ chosen }: { chosen: Chosen }) {
  const screen = useScreen();
  const text = useText();
  const formats = useFormats();
  const column = columnToWiden(screen, chosen);
  if (column === undefined) return null;
  return (
    <Button size="small" tone="quiet" className="text-accent-ink" onPress={() => screen.controller.selectColumn(column)}>
      {text(
        { id: 'board.bulk.all', defaultMessage: 'Select all {count} in {stage}' },
        { count: formats.number(screen.store.total(column)), stage: screen.stageName(column) },
      )}
    </Button>
  );
}

function Actions({ chosen }: { chosen: Chosen }) {
  const { open } = useScreen();
  const { can } = useSession();
  const text = useText();
  const stages = useStageItems(chosen);
  const people = useOwnerItems(chosen);
  if (!can('leads:bulk')) return null;
  const [move, assign] = [
    text({ id: 'board.bulk.move', defaultMessage: 'Move…' }),
    text({ id: 'board.bulk.assign', defaultMessage: 'Assign…' }),
  ];
  return (
    <>
      {can('leads:move') && (
        <MenuButton size="small" tone="quiet" label={move} icon={<ArrowRight size={15} />} items={stages} placement="top start">
          {move}
        </MenuButton>
      )}
      {can('leads:assign') && (
        <MenuButton size="small" tone="quiet" label={assign} icon={<UserRound size={15} />} items={people} placement="top start">
          {assign}
        </MenuButton>
      )}
      {can('leads:edit') && 'ids' in chosen && (
        <Button size="small" tone="quiet" icon={<Tag size={15} />} onPress={() => open.set({ kind: 'tag', ids: chosen.ids })}>
          {text({ id: 'board.bulk.tag', defaultMessage: 'Tag…' })}
        </Button>
      )}
    </>
  );
}

function useStageItems(chosen: Chosen): () => MenuItem[] {
  const screen = useScreen();
  const formats = useFormats();
  return () =>
    screen.data.stages.map((stage) => ({
      id: stage.id,
      label: stage.name,
      icon: <StageMark color={stage.color} type={stage.type as 'open'} />,
      hint: formats.number(screen.store.total(stage.id)),
      onAction: () => void moveChosen(screen, chosen, stage.id),
    }));
}

function useOwnerItems(chosen: Chosen): () => MenuItem[] {
  const screen = useScreen();
  const members = useMembers();
  const text = useText();
  return () => [
    ...members
      .filter((it) => it.active)
      .map((it) => ({ id: it.userId, label: it.name, onAction: () => void assignChosen(screen, chosen, it.userId, it.name) })),
    {
      id: 'nobody',
      label: text({ id: 'board.assign.nobody', defaultMessage: 'Nobody' }),
      onAction: () => void assignChosen(screen, chosen, null, ''),
    },
  ];
}

function chosenOf({ controller, store }: Screen): Chosen | undefined {
  const { selection } = controller;
  if (selection.isEmpty) return undefined;
  const whole = selection.column;
  if (!whole) return { ids: selection.list };
  return store.has(whole.id) ? { column: whole.id, except: whole.except, total: store.total(whole.id) } : undefined;
}

/** The column all of whose loaded cards are selected, while it has more. */
function columnToWiden({ store }: Screen, chosen: Chosen): string | undefined {
  if (!('ids' in chosen)) return undefined;
  const [first] = chosen.ids;
  const column = first === undefined ? undefined : store.columnOf(first);
  if (column === undefined || chosen.ids.length < 2) return undefined;
  const ofColumn = chosen.ids.every((id) => store.columnOf(id) === column);
  const loaded = store.loadedIds(column).length;
  return ofColumn && chosen.ids.length >= loaded && loaded < store.total(column) ? column : undefined;
}

async function moveChosen(screen: Screen, chosen: Chosen, stageId: string): Promise<void> {
  if ('ids' in chosen) await moveCards(screen, chosen.ids, { column: stageId, index: 0 });
  else await moveColumn(screen, chosen, stageId);
  screen.controller.clearSelection();
  screen.controller.focusCursor();
}

async function assignChosen(screen: Screen, chosen: Chosen, owner: string | null, name: string): Promise<void> {
  await assignLeads(screen, chosen, owner, name);
  screen.controller.focusCursor();
}
