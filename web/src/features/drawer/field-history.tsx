import { useQuery } from '@tanstack/react-query';
import { ArrowRight } from 'lucide-react';
import { useAction, type ActionDefinition } from '~/api/action';
import { type Written, written } from '~/api/changes';
import { type Schema, IDEMPOTENCY_KEY, api } from '~/api/client';
import { type Lead, fieldHistoryQuery, refreshLead, refreshLists, settleLead } from '~/api/queries/leads';
import { say, useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { takeBack } from '~/kit/lead-actions';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Skeleton } from '~/ui/skeleton';
import { ValueWords } from './value-words';
import type { Property } from './properties';

type Entry = Schema<'FieldHistoryEntry'>;

interface Restore {
  lead: Lead;
  entry: Entry;
  label: string;
}

const restoreValue: ActionDefinition<Restore, Written<Lead>> = {
  label: ({ lead, label }) =>
    say(
      { id: 'drawer.history.restored', defaultMessage: 'Put the former {label} of {name} back' },
      { label, name: lead.name },
    ),
  request: ({ lead, entry }, key) =>
    written(
      api.POST('/leads/{id}/history/restore', {
        params: { path: { id: lead.id } },
        headers: { [IDEMPOTENCY_KEY]: key } as Record<string, string>,
        body: { field: entry.field, activityId: entry.activityId, side: 'before' },
      }),
    ),
  settle: (cache, { body }) => {
    settleLead(cache, body);
    refreshLead(cache, body.id);
    refreshLists(cache);
  },
  undo: ({ changeSet }, { lead }) => takeBack(changeSet, lead.id),
};

interface Props {
  lead: Lead;
  property: Pick<Property, 'history' | 'label' | 'locked'>;
  onClose: () => void;
}

/** Who gave a field which value, and when; each former value can be had back. */
export default function FieldHistory({ lead, property, onClose }: Props) {
  const text = useText();
  const format = useFormats();
  const restore = useAction(restoreValue);
  const { data, error } = useQuery(fieldHistoryQuery(lead.id, property.history));
  return (
    <div className="flex max-h-96 w-84 max-w-full flex-col gap-2 overflow-auto p-3">
      <p className="font-medium">
        {text({ id: 'drawer.history.of', defaultMessage: 'History of {label}' }, { label: property.label })}
      </p>
      {error && <Banner tone="danger">{error.message}</Banner>}
      {!data && !error && (
        <>
          <Skeleton className="w-4/5" />
          <Skeleton className="w-3/5" />
        </>
      )}
      {data?.length === 0 && (
        <p className="text-muted">{text({ id: 'drawer.history.none', defaultMessage: 'It was never changed.' })}</p>
      )}
      <ol className="flex flex-col gap-2.5">
        {data?.map((entry) => (
          <li
            key={entry.activityId}
            className="flex flex-col gap-1 border-t border-line pt-2 first:border-0 first:pt-0"
          >
            <span className="flex min-w-0 flex-wrap items-center gap-1.5">
              <ValueWords field={entry.field} value={entry.before} />
              <ArrowRight
                size={13}
                className="shrink-0 text-muted rtl:-scale-x-100"
                aria-label={text({ id: 'drawer.history.became', defaultMessage: 'became' })}
              />
              <ValueWords field={entry.field} value={entry.after} isStrong />
            </span>
            <span className="flex items-center gap-2 text-small text-muted">
              <span className="min-w-0 flex-1 truncate">
                {entry.actor.name ?? text({ id: 'drawer.system', defaultMessage: 'Leadline' })},{' '}
                <time dateTime={entry.at} title={format.exact(entry.at)}>
                  {format.ago(entry.at)}
                </time>
              </span>
              <Button
                size="small"
                {...(property.locked === undefined
                  ? {
                      onPress: () =>
                        void restore
                          .run({ lead, entry, label: property.label })
                          .then((it) => it.state === 'done' && onClose()),
                    }
                  : { reason: property.locked })}
              >
                {text({ id: 'drawer.history.restore', defaultMessage: 'Put back' })}
              </Button>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
