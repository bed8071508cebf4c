import { useEffect } from 'react';
import type { Schema } from '~/api/client';
import { announce } from '~/app/announce';
import { useText } from '~/i18n';
import { MatchRow } from '~/kit/match-row';
import { Button } from '~/ui/button';

interface Props {
  matches: Schema<'LeadMatches'>;
  onAddTo: (id: string, name: string) => void;
  isPending: boolean;
}

/** Who may be meant already: open it, add to it, or go on. */
export function MatchPanel({ matches: { matches, hidden }, onAddTo, isPending }: Props) {
  const text = useText();
  const [first] = matches;
  const found = matches.length + hidden;
  const words = first
    ? text(
        {
          id: 'add.like',
          defaultMessage: 'Looks like {name}{others, plural, =0 {} one {, and # other} other {, and # others}}',
        },
        { others: matches.length - 1, name: first.name },
      )
    : text(
        {
          id: 'add.like.hidden',
          defaultMessage:
            '{count, plural, one {A lead that you may not see looks} other {# leads that you may not see look}} like this one',
        },
        { count: hidden },
      );
  useEffect(() => {
    if (found > 0) announce(words);
  }, [found, words]);
  if (found === 0) return null;
  return (
    <section
      aria-label={text({ id: 'add.matches', defaultMessage: 'Who is there already' })}
      className="rounded-lg bg-amber-soft/60 p-3"
    >
      <p className="font-medium text-amber-text wrap-anywhere">{words}</p>
      <ul className="mt-1.5 flex max-h-56 flex-col overflow-auto">
        {matches.map((match) => (
          <li key={match.id} className="flex items-center gap-2 py-1">
            <MatchRow match={match} />
            {match.mayOpen && match.state !== 'trashed' && (
              <Button
                size="small"
                isPending={isPending}
                aria-label={text({ id: 'add.to.name', defaultMessage: 'Add to {name}' }, { name: match.name })}
                onPress={() => onAddTo(match.id, match.name)}
              >
                {text({ id: 'add.to', defaultMessage: 'Add to it' })}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {hidden > 0 && matches.length > 0 && (
        <p className="text-small text-muted">
          {text(
            { id: 'add.hidden', defaultMessage: '{count, plural, one {# more} other {# more}} that you may not see' },
            { count: hidden },
          )}
        </p>
      )}
    </section>
  );
}
