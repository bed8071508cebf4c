import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { type LeadDetail, briefOf, leadQuery } from '~/api/queries/leads';
import { useText } from '~/i18n';
import { useNeighbours } from '~/kit/walk';
import { DrawerBar, LeadHead } from './head';
import { BodySkeleton, LeadFacts, LeadStory } from './lead-body';
import { Failure, useFollow } from './lead-drawer';
import { SectionLevel } from './section';
import { useLeadSave } from './use-lead-save';

interface Props {
  id: string;
  onGo: (id: string) => void;
  onClose: () => void;
}

/** A lead on a page of its own. */
export function LeadPage({ id, onGo, onClose }: Props) {
  const text = useText();
  const cache = useQueryClient();
  const heading = useRef<HTMLHeadingElement>(null);
  const neighbours = useNeighbours(id);
  const { data: lead, error, refetch } = useQuery(leadQuery(id));
  const brief = lead ?? briefOf(cache, id);
  useFollow(id, lead, onGo);
  const name = lead?.name;
  const shown = useRef<string>(undefined);
  useEffect(() => {
    if (name === undefined) return;
    document.title = `${name} · Leadline`;
    if (shown.current === id) return;
    shown.current = id;
    heading.current?.focus({ preventScroll: true });
  }, [id, name]);
  return (
    <article
      aria-label={text({ id: 'drawer.label', defaultMessage: 'Lead details' })}
      className="mx-auto flex w-full max-w-300 flex-col"
    >
      <DrawerBar
        lead={brief ?? { id, name: '' }}
        whole={lead}
        neighbours={neighbours}
        onGo={onGo}
        onPage={undefined}
        onClose={onClose}
      />
      {lead ? (
        <Loaded key={id} lead={lead} heading={heading} />
      ) : (
        <div className="p-gutter">
          {error ? <Failure level={1} error={error} onRetry={() => void refetch()} /> : <BodySkeleton brief={brief} />}
        </div>
      )}
    </article>
  );
}

function Loaded({ lead, heading }: { lead: LeadDetail; heading: React.RefObject<HTMLHeadingElement | null> }) {
  const saving = useLeadSave(lead);
  return (
    <SectionLevel value={2}>
      <div className="grid grid-cols-1 gap-4 p-gutter md:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-5 rounded-xl border border-line bg-surface p-5">
          <LeadHead lead={lead} whole={lead} saving={saving} headingRef={heading} level={1} />
          <LeadFacts lead={lead} saving={saving} />
        </div>
        <div className="flex min-w-0 flex-col gap-5 rounded-xl border border-line bg-surface p-5">
          <LeadStory lead={lead} />
        </div>
      </div>
    </SectionLevel>
  );
}
