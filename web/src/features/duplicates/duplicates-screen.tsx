import { useInfiniteQuery } from '@tanstack/react-query';
import { Merge, RefreshCw, UsersRound } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useAction } from '~/api/action';
import { type DuplicateGroup, type DuplicateState, duplicatesQuery } from '~/api/queries/duplicates';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { useDirectory } from '~/kit/directory';
import { Avatar } from '~/ui/avatar';
import { Badge } from '~/ui/badge';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';
import { Link } from '~/ui/link';
import { Progress } from '~/ui/progress';
import { Segmented } from '~/ui/segmented';
import { Skeleton } from '~/ui/skeleton';
import { StagePill } from '~/ui/stage-pill';
import { dismissGroup, reopenGroup, separateGroup, startScan } from './actions';
import { Evidence } from './evidence';

export interface DuplicatesSearch {
  state: DuplicateState;
  sure: number;
}

interface Props {
  search: DuplicatesSearch;
  onSearch: (change: Partial<DuplicatesSearch>) => void;
}

/** Leads that may be one person, the surest first: merge them, or say that they are different people. */
export function DuplicatesScreen({ search, onSearch }: Props) {
  const text = useText();
  const { state, sure } = search;
  const list = useInfiniteQuery(duplicatesQuery(state, sure));
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = list;
  const groups = data?.pages.flatMap((page) => page.data) ?? [];
  const last = data?.pages.at(-1);
  const region = useRef<HTMLOListElement>(null);
  useFocusAfterRemoval(region, groups.length);
  return (
    <div className="mx-auto flex w-full max-w-240 flex-col gap-4 px-gutter py-4">
      <header className="flex flex-wrap items-center gap-3">
        <h1 className="text-title">{text({ id: 'duplicates.title', defaultMessage: 'Duplicates' })}</h1>
        {last && (
          <span className="text-muted tabular-nums">
            {text(
              { id: 'duplicates.count', defaultMessage: '{count, plural, one {# group} other {# groups}}' },
              { count: last.total },
            )}
          </span>
        )}
        <span className="flex-1" />
        <Scan scan={last?.scan} />
      </header>
      <div className="flex flex-wrap gap-2">
        <Segmented
          label={text({ id: 'duplicates.state', defaultMessage: 'Which groups' })}
          value={state}
          onChange={(next) => onSearch({ state: next })}
          segments={[
            { id: 'open', label: text({ id: 'duplicates.open', defaultMessage: 'To decide' }) },
            { id: 'dismissed', label: text({ id: 'duplicates.aside', defaultMessage: 'Put aside' }) },
            { id: 'separate', label: text({ id: 'duplicates.separate', defaultMessage: 'Different people' }) },
          ]}
        />
        <Segmented
          label={text({ id: 'duplicates.sure', defaultMessage: 'How sure' })}
          value={String(sure)}
          onChange={(next) => onSearch({ sure: Number(next) })}
          segments={[
            { id: '0', label: text({ id: 'duplicates.sure.any', defaultMessage: 'Any' }) },
            { id: '80', label: text({ id: 'duplicates.sure.likely', defaultMessage: '80 % and more' }) },
            { id: '95', label: text({ id: 'duplicates.sure.very', defaultMessage: '95 % and more' }) },
          ]}
        />
      </div>
      {error && !data && (
        <Banner
          tone="danger"
          title={text({ id: 'duplicates.failed', defaultMessage: 'The groups could not be read' })}
          action={
            <Button size="small" onPress={() => void refetch()}>
              {text({ id: 'leads.retry', defaultMessage: 'Try again' })}
            </Button>
          }
        >
          {error.message}
        </Banner>
      )}
      {isPending && ['a', 'b', 'c'].map((key) => <Skeleton key={key} className="h-28 rounded-xl" />)}
      {data && groups.length === 0 && <Nobody search={search} onSearch={onSearch} />}
      <ol ref={region} className="flex flex-col gap-3">
        {groups.map((group) => (
          <Group key={group.id} group={group} state={state} />
        ))}
      </ol>
      {last && last.hidden > 0 && (
        <p className="text-small text-muted">
          {text(
            {
              id: 'duplicates.hidden',
              defaultMessage:
                '{count, plural, one {# further group has} other {# further groups have}} leads that you may not see.',
            },
            { count: last.hidden },
          )}
        </p>
      )}
      {hasNextPage && (
        <Button className="self-center" isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
          {text({ id: 'duplicates.more', defaultMessage: 'Show more' })}
        </Button>
      )}
    </div>
  );
}

/** When the group that had the focus is decided and gone, the next one has it. */
function useFocusAfterRemoval(region: React.RefObject<HTMLElement | null>, count: number): void {
  const at = useRef(0);
  useEffect(() => {
    const note = () => {
      const items = [...(region.current?.children ?? [])];
      const index = items.findIndex((it) => it.contains(document.activeElement));
      if (index >= 0) at.current = index;
    };
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, [region]);
  const before = useRef(count);
  useEffect(() => {
    const isFewer = count < before.current;
    before.current = count;
    if (!isFewer || (document.activeElement && document.activeElement !== document.body)) return;
    const items = [...(region.current?.children ?? [])];
    const next = items[Math.min(at.current, items.length - 1)]?.querySelector<HTMLElement>('a, button');
    (next ?? document.querySelector<HTMLElement>('main'))?.focus();
  }, [count, region]);
}

function Nobody({ search, onSearch }: Props) {
  const text = useText();
  const isFiltered = search.sure > 0;
  return (
    <EmptyState
      icon={<UsersRound size={20} />}
      level={2}
      title={
        search.state === 'open'
          ? text({ id: 'duplicates.none', defaultMessage: 'Nobody is there twice' })
          : text({ id: 'duplicates.none.kind', defaultMessage: 'No groups of this kind' })
      }
      action={
        isFiltered && (
          <Button onPress={() => onSearch({ sure: 0 })}>
            {text({ id: 'duplicates.any', defaultMessage: 'Show groups of any sureness' })}
          </Button>
        )
      }
    >
      {search.state === 'open' &&
        text({ id: 'duplicates.none.why', defaultMessage: 'New and changed leads are looked at every minute.' })}
    </EmptyState>
  );
}

function Scan({
  scan,
}: {
  scan: { state: string; done: number; total: number; finishedAt?: string | null } | undefined;
}) {
  const text = useText();
  const format = useFormats();
  const { can } = useSession();
  const start = useAction(startScan);
  if (!scan) return null;
  if (scan.state === 'reading' || scan.state === 'comparing') {
    return (
      <Progress
        label={text({ id: 'duplicates.scan', defaultMessage: 'Looking through all leads' })}
        value={scan.done}
        max={scan.total}
        text={text(
          { id: 'bulk.progress', defaultMessage: '{done} of {total}' },
          { done: format.number(scan.done), total: format.number(scan.total) },
        )}
        className="w-64"
      />
    );
  }
  return (
    <span className="flex items-center gap-2 text-small text-muted">
      {scan.finishedAt &&
        text(
          { id: 'duplicates.scanned', defaultMessage: 'All looked through {when}' },
          { when: format.ago(scan.finishedAt) },
        )}
      {can('leads:merge') && (
        <Button
          size="small"
          tone="quiet"
          icon={<RefreshCw size={14} />}
          isPending={start.pending}
          onPress={() => void start.run(undefined)}
        >
          {text({ id: 'duplicates.scan.again', defaultMessage: 'Look through all again' })}
        </Button>
      )}
    </span>
  );
}

function Group({ group, state }: { group: DuplicateGroup; state: DuplicateState }) {
  const text = useText();
  const format = useFormats();
  const directory = useDirectory();
  const { can } = useSession();
  const separate = useAction(separateGroup);
  const dismiss = useAction(dismissGroup);
  const reopen = useAction(reopenGroup);
  const mayMerge = can('leads:merge');
  return (
    <li className="flex flex-col gap-3 rounded-xl border border-line bg-surface p-4">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={group.confidence >= 90 ? 'danger' : 'warning'}>
          {text({ id: 'match.sure', defaultMessage: '{percent} % sure' }, { percent: group.confidence })}
        </Badge>
        <Evidence evidence={group.evidence} />
      </div>
      <ul className="grid gap-2 sm:grid-cols-2">
        {group.leads.map((lead) => {
          const stage = directory.stage(lead.stageId);
          return (
            <li key={lead.id} className="flex min-w-0 items-start gap-2.5 rounded-lg bg-canvas p-2.5">
              <Avatar name={lead.name} />
              <div className="min-w-0 flex-1">
                <p className="flex min-w-0 items-center gap-2">
                  <Link
                    to="."
                    search={((before: Record<string, unknown>) => ({ ...before, lead: lead.id })) as never}
                    tone="quiet"
                    className="truncate font-semibold"
                    dir="auto"
                  >
                    {lead.name}
                  </Link>
                  {stage && <StagePill name={stage.name} color={stage.color} type={stage.type} />}
                </p>
                <p className="truncate text-small text-muted" dir="auto">
                  {[lead.company, lead.email, lead.phoneDisplay].filter(Boolean).join(' · ')}
                </p>
                <p className="text-small text-muted">
                  {[directory.member(lead.assignedTo)?.name, format.date(lead.createdAt)].filter(Boolean).join(' · ')}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
      {mayMerge && (
        <div className="flex flex-wrap gap-2">
          {state === 'open' ? (
            <>
              <Link
                to="/merge"
                search={{ ids: group.leads.map((it) => it.id).join(','), group: group.id } as never}
                tone="bare"
                className="inline-flex min-h-control items-center gap-1.5 rounded-md bg-accent px-3 font-medium text-on-accent hover:bg-accent-hover"
              >
                <Merge size={15} />
                {text({ id: 'duplicates.compare', defaultMessage: 'Compare and merge' })}
              </Link>
              <Button isPending={separate.pending} onPress={() => void separate.run({ group })}>
                {text({ id: 'duplicates.keep', defaultMessage: 'Different people' })}
              </Button>
              <Button tone="quiet" isPending={dismiss.pending} onPress={() => void dismiss.run(group)}>
                {text({ id: 'duplicates.later', defaultMessage: 'Not now' })}
              </Button>
            </>
          ) : (
            <Button isPending={reopen.pending} onPress={() => void reopen.run(group)}>
              {text({ id: 'duplicates.reopen', defaultMessage: 'Put back into the queue' })}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
