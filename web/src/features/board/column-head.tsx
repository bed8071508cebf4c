import { ChevronsRightLeft, Ellipsis, ListChecks, Plus, Settings2 } from 'lucide-react';
import { useCallback, useSyncExternalStore } from 'react';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { IconButton } from '~/ui/icon-button';
import { MenuButton, type MenuItem } from '~/ui/menu';
import { StageMark } from '~/ui/stage-pill';
import { stageColour } from '~/ui/stage-colour';
import { useBoardPage } from './page-context';
import { useScreen } from './lead-card';
import { shownSum } from './sums';

/** Name, number and worth of a stage, and what can be done with all of it. */
export function ColumnHead({ column, headingId }: { column: string; headingId: string }) {
  const { store, controller, data } = useScreen();
  const { fold, addLead } = useBoardPage();
  const { can, workspace } = useSession();
  const text = useText();
  const formats = useFormats();
  useSyncExternalStore(
    useCallback((listener) => store.subscribe(column, listener), [store, column]),
    () => store.version(column),
  );
  const stage = data.stages.find((it) => it.id === column);
  if (!stage) return null;
  const total = store.total(column);
  const count = store.capped(column) ? `${formats.short(total)}+` : formats.number(total);
  const { shown, whole } = shownSum(store.sums(column), workspace.settings.currency, formats);
  const items: MenuItem[] = [
    {
      id: 'select',
      label: text({ id: 'board.column.select', defaultMessage: 'Select all {count}' }, { count }),
      icon: <ListChecks size={15} />,
      onAction: () => controller.selectColumn(column),
    },
    {
      id: 'fold',
      label: text({ id: 'board.column.fold', defaultMessage: 'Fold' }),
      icon: <ChevronsRightLeft size={15} />,
      onAction: () => fold(column),
    },
    ...(can('pipelines:manage')
      ? [
          {
            id: 'settings',
            label: text({ id: 'board.column.settings', defaultMessage: 'Edit stages' }),
            icon: <Settings2 size={15} />,
            href: `/settings/pipelines?pipeline=${data.pipeline.id}`,
          },
        ]
      : []),
  ];
  return (
    <header className="flex shrink-0 items-center gap-2 ps-3 pe-1.5 pt-2 pb-1">
      <h2
        id={headingId}
        {...stageColour(stage.color)}
        className="inline-flex min-w-0 items-center gap-1 rounded-full bg-stage-soft ps-1.5 pe-2.5 text-small font-semibold text-stage-text"
      >
        <StageMark color={stage.color} type={stage.type as 'open' | 'won' | 'lost'} />
        <span className="truncate py-0.5">{stage.name}</span>
      </h2>
      <span className="shrink-0 text-small font-medium text-muted tabular-nums">
        {count}
        <span className="sr-only">{text({ id: 'board.column.leads', defaultMessage: ' leads' })}</span>
      </span>
      <span className="min-w-0 flex-1 truncate text-end text-small text-muted tabular-nums" title={whole}>
        {shown}
      </span>
      <span className="flex shrink-0">
        {can('leads:create') && addLead && (
          <IconButton
            size="small"
            label={text({ id: 'board.column.add', defaultMessage: 'Add a lead to {stage}' }, { stage: stage.name })}
            icon={<Plus size={15} />}
            onPress={() => addLead(column)}
          />
        )}
        <MenuButton
          size="small"
          label={text({ id: 'board.column.menu', defaultMessage: 'Actions for {stage}' }, { stage: stage.name })}
          icon={<Ellipsis size={15} />}
          items={items}
          placement="bottom end"
        />
      </span>
    </header>
  );
}
