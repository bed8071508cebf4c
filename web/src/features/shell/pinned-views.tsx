import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLive } from '~/api/live';
import { viewCountsQuery, viewsQuery } from '~/api/queries/views';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Link } from '~/ui/link';
import { cx } from '~/ui/cx';

const CHANGES = ['lead.created', 'lead.updated', 'lead.stage_changed', 'lead.assigned', 'lead.deleted', 'lead.restored'];

/** The person's own choice of saved views, with how many leads each has. */
export default function PinnedViews({ onMove }: { onMove?: () => void }) {
  const text = useText();
  const { number } = useFormats();
  const cache = useQueryClient();
  const { data: views } = useQuery(viewsQuery);
  const pinned = (views ?? [])
    .filter((it) => it.mine.pin)
    .toSorted((one, other) => (one.mine.pin?.position ?? 0) - (other.mine.pin?.position ?? 0));
  const { data: counts } = useQuery({ ...viewCountsQuery, enabled: pinned.length > 0 });
  useLive(CHANGES, () => void cache.invalidateQueries({ queryKey: viewCountsQuery.queryKey, refetchType: 'none' }));
  if (pinned.length === 0) return null;
  const countOf = new Map((counts ?? []).map((it) => [it.viewId, it]));
  return (
    <section className="mt-4 min-h-0 overflow-auto" aria-labelledby="pinned-views">
      <h2 id="pinned-views" className="px-2.5 pb-1 text-micro font-medium text-muted">
        {text({ id: 'nav.views', defaultMessage: 'Pinned views' })}
      </h2>
      <ul className="flex flex-col gap-0.5">
        {pinned.map((view) => {
          const count = countOf.get(view.id);
          return (
            <li key={view.id}>
              <Link
                to={'/leads' as never}
                search={{ view: view.id } as never}
                tone="bare"
                {...(onMove && { onClick: onMove })}
                activeOptions={{ includeSearch: true }}
                activeProps={{ 'aria-current': 'page', className: 'text-accent-ink font-medium' }}
                className={cx('flex min-h-control items-center gap-2.5 rounded-md px-2.5 hover:bg-hover')}
              >
                <span className="min-w-0 flex-1 truncate">{view.name}</span>
                {typeof count?.count === 'number' && (
                  <span className="text-small text-muted">{`${number(count.count)}${count.capped ? '+' : ''}`}</span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
