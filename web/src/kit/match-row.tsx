import type { LeadMatch } from '~/api/queries/matches';
import { type Words, useText } from '~/i18n';
import { Avatar } from '~/ui/avatar';
import { Badge } from '~/ui/badge';
import { Link } from '~/ui/link';

const STATES: Record<LeadMatch['state'], Words> = {
  open: { id: 'match.open', defaultMessage: 'Open' },
  won: { id: 'match.won', defaultMessage: 'Won' },
  lost: { id: 'match.lost', defaultMessage: 'Lost' },
  converted: { id: 'match.converted', defaultMessage: 'Converted' },
  trashed: { id: 'match.trashed', defaultMessage: 'In the trash' },
};

/** A lead that may be the same person: who it is, where it stands, how sure it is and why. */
export function MatchRow({ match }: { match: LeadMatch }) {
  const text = useText();
  const where = match.state === 'open' ? match.stageName : text(STATES[match.state]);
  const owner =
    match.assignedToName && text({ id: 'match.owner', defaultMessage: 'owner {name}' }, { name: match.assignedToName });
  return (
    <span className="flex min-w-0 flex-1 items-center gap-2">
      <Avatar name={match.name} />
      <span className="min-w-0 flex-1">
        <span className="flex min-w-0 items-center gap-1.5">
          {match.mayOpen ? (
            <Link
              to="."
              search={
                ((before: Record<string, unknown>) => ({ ...before, lead: match.id, dialog: undefined })) as never
              }
              tone="quiet"
              className="truncate font-semibold"
              dir="auto"
            >
              {match.name}
            </Link>
          ) : (
            <span className="truncate font-semibold" dir="auto">
              {match.name}
            </span>
          )}
          <span className="shrink-0">
            <Badge tone={match.confidence >= 90 ? 'danger' : 'warning'}>
              {text({ id: 'match.sure', defaultMessage: '{percent} % sure' }, { percent: match.confidence })}
            </Badge>
          </span>
        </span>
        <span className="block truncate text-small text-muted" dir="auto">
          {[match.company, where, owner].filter(Boolean).join(' · ')}
        </span>
      </span>
    </span>
  );
}
