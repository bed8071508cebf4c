import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type Activity, type Lead, activitiesQuery } from '~/api/queries/leads';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Segmented } from '~/ui/segmented';
import { Skeleton } from '~/ui/skeleton';
import { ActivityItem } from './activity-item';
import { useHeadings } from './section';

type Shown = 'all' | 'changes' | 'notes' | 'arrivals';

const KINDS: Record<Exclude<Shown, 'all'>, ReadonlySet<string>> = {
  changes: new Set([
    'updated',
    'stage_changed',
    'assigned',
    'tagged',
    'deleted',
    'restored',
    'merged',
    'merged_into',
    'unmerged',
  ]),
  notes: new Set(['note_added', 'note_edited', 'note_pinned', 'note_unpinned', 'note_deleted']),
  arrivals: new Set(['created', 'submitted', 'repeated']),
};

/** What was done to a lead, day by day, the newest first. */
export function Timeline({ lead }: { lead: Lead }) {
  const text = useText();
  const { Subtitle } = useHeadings();
  const [shown, setShown] = useState<Shown>('all');
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage, isPending, refetch } = useInfiniteQuery(
    activitiesQuery(lead.id),
  );
  const activities = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  const wanted = shown === 'all' ? activities : activities.filter((it) => KINDS[shown].has(it.type));
  const days = useDays(wanted);
  return (
    <div className="flex flex-col gap-3">
      <Segmented
        label={text({ id: 'timeline.filter', defaultMessage: 'Shown in the timeline' })}
        value={shown}
        onChange={setShown}
        className="self-start"
        segments={[
          { id: 'all', label: text({ id: 'timeline.all', defaultMessage: 'All' }) },
          { id: 'changes', label: text({ id: 'timeline.changes', defaultMessage: 'Changes' }) },
          { id: 'notes', label: text({ id: 'timeline.notes', defaultMessage: 'Notes' }) },
          { id: 'arrivals', label: text({ id: 'timeline.arrivals', defaultMessage: 'Came in' }) },
        ]}
      />
      {error && !data && (
        <Banner
          tone="danger"
          action={
            <Button size="small" onPress={() => void refetch()}>
              {text({ id: 'leads.retry', defaultMessage: 'Try again' })}
            </Button>
          }
        >
          {error.message}
        </Banner>
      )}
      {isPending && ['w-2/3', 'w-1/2', 'w-3/5'].map((width) => <Skeleton key={width} className={width} />)}
      {data && wanted.length === 0 && (
        <p className="text-muted">{text({ id: 'timeline.none', defaultMessage: 'Nothing of this kind yet.' })}</p>
      )}
      {days.map(({ day, items }) => (
        <section key={day} className="[contain-intrinsic-size:auto_12rem] [content-visibility:auto]">
          <Subtitle className="pb-1.5 text-micro font-medium text-muted">{day}</Subtitle>
          <ol className="flex flex-col gap-2.5">
            {items.map((activity) => (
              <ActivityItem key={activity.id} lead={lead} activity={activity} />
            ))}
          </ol>
        </section>
      ))}
      {hasNextPage && (
        <Button size="small" className="self-start" isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
          {text({ id: 'timeline.more', defaultMessage: 'Show earlier' })}
        </Button>
      )}
    </div>
  );
}

function useDays(activities: readonly Activity[]): { day: string; items: Activity[] }[] {
  const text = useText();
  const format = useFormats();
  const days: { day: string; items: Activity[] }[] = [];
  const [now] = useState(() => Date.now());
  const today = format.date(now);
  for (const activity of activities) {
    const date = format.date(activity.at);
    const day = date === today ? text({ id: 'timeline.today', defaultMessage: 'Today' }) : date;
    const last = days.at(-1);
    if (last?.day === day) last.items.push(activity);
    else days.push({ day, items: [activity] });
  }
  return days;
}
