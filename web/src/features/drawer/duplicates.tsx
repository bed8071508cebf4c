import { useQuery } from '@tanstack/react-query';
import { Merge } from 'lucide-react';
import { leadMatchesQuery } from '~/api/queries/matches';
import type { Lead } from '~/api/queries/leads';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { MatchRow } from '~/kit/match-row';
import { Link } from '~/ui/link';
import { useHeadings } from './section';

/** Other leads that may be the same person. Nothing stands here where there are none. */
export function Duplicates({ lead }: { lead: Lead }) {
  const text = useText();
  const { can } = useSession();
  const { Title } = useHeadings();
  const { name, email, phone, company } = lead;
  const { data } = useQuery(
    leadMatchesQuery({ name, email: email ?? null, phone: phone ?? null, company: company ?? null, exceptId: lead.id }),
  );
  if (!data || (data.matches.length === 0 && data.hidden === 0)) return null;
  return (
    <section
      aria-label={text({ id: 'drawer.duplicates', defaultMessage: 'Possible duplicates' })}
      className="rounded-lg border border-line bg-amber-soft/50 p-3"
    >
      <Title className="text-body font-semibold text-amber-text">
        {text({ id: 'drawer.duplicates', defaultMessage: 'Possible duplicates' })}
      </Title>
      <ul className="mt-1 flex flex-col">
        {data.matches.map((match) => (
          <li key={match.id} className="flex items-center gap-2 py-1">
            <MatchRow match={match} />
            {can('leads:merge') && match.mayOpen && match.state !== 'trashed' && !lead.deletedAt && (
              <Link
                to="/merge"
                search={{ ids: `${lead.id},${match.id}` } as never}
                tone="bare"
                className="inline-flex min-h-control-small shrink-0 items-center gap-1 rounded-md border border-line-strong bg-surface px-2 text-small font-medium hover:bg-hover"
              >
                <Merge size={13} />
                {text({ id: 'drawer.merge', defaultMessage: 'Merge' })}
                <span className="sr-only">{match.name}</span>
              </Link>
            )}
          </li>
        ))}
      </ul>
      {data.hidden > 0 && (
        <p className="text-small text-muted">
          {text(
            {
              id: 'drawer.duplicates.hidden',
              defaultMessage: '{count, plural, one {# more that you may not see} other {# more that you may not see}}',
            },
            { count: data.hidden },
          )}
        </p>
      )}
    </section>
  );
}
