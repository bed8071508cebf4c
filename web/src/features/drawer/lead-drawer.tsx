import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { asProblem } from '~/api/client';
import { useLive } from '~/api/live';
import type { Brief } from '~/api/queries/brief';
import { type Lead, type LeadDetail, briefOf, leadQuery, refreshLead } from '~/api/queries/leads';
import { useCommands } from '~/app/commands';
import { rememberScreen } from '~/app/preference-changes';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { useNeighbours } from '~/kit/walk';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';
import { DrawerBar, LeadHead } from './head';
import { BodySkeleton, LeadFacts, LeadStory } from './lead-body';
import { useLeadSave } from './use-lead-save';

export interface LeadDrawerProps {
  id: string;
  /** Shows another lead in the place of this one. */
  onGo: (id: string) => void;
  onPage: (id: string) => void;
  onClose: () => void;
}

/** A lead beside the list it was opened from. */
export function LeadDrawer({ id, onGo, onPage, onClose }: LeadDrawerProps) {
  const text = useText();
  const cache = useQueryClient();
  const panel = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const neighbours = useNeighbours(id);
  const { data: lead, error, refetch } = useQuery(leadQuery(id));
  const brief: Brief | undefined = lead ?? briefOf(cache, id);
  const width = useWidth();

  useFollow(id, lead, onGo);
  useFocusOn(id, brief !== undefined, heading, panel);
  useCommands([
    {
      id: 'drawer.close',
      label: { id: 'drawer.close.command', defaultMessage: 'Close the lead' },
      section: 'lead',
      keys: 'escape',
      run: onClose,
    },
    {
      id: 'drawer.next',
      label: { id: 'drawer.next', defaultMessage: 'Next lead' },
      section: 'lead',
      keys: ']',
      when: () => neighbours.next !== undefined,
      run: () => neighbours.next !== undefined && onGo(neighbours.next),
    },
    {
      id: 'drawer.previous',
      label: { id: 'drawer.previous', defaultMessage: 'Previous lead' },
      section: 'lead',
      keys: '[',
      when: () => neighbours.previous !== undefined,
      run: () => neighbours.previous !== undefined && onGo(neighbours.previous),
    },
    {
      id: 'drawer.page',
      label: { id: 'drawer.page', defaultMessage: 'Open the full page' },
      section: 'lead',
      run: () => onPage(id),
    },
  ]);

  return (
    <aside
      ref={panel}
      aria-label={text({ id: 'drawer.label', defaultMessage: 'Lead details' })}
      data-region="drawer"
      tabIndex={-1}
      style={{ '--drawer': `${width.value}px` } as React.CSSProperties}
      className="fixed inset-y-0 end-0 z-40 flex w-full animate-[ui-appear_160ms] flex-col border-s border-line bg-surface shadow-dialog outline-none sm:w-(--drawer) sm:max-w-[calc(100vw-3rem)]"
    >
      <ResizeEdge width={width} />
      <DrawerBar
        lead={brief ?? { id, name: '' }}
        whole={lead}
        neighbours={neighbours}
        onGo={onGo}
        onPage={() => onPage(id)}
        onClose={onClose}
      />
      <Content key={id} brief={brief} lead={lead} error={error} onRetry={() => void refetch()} heading={heading} />
    </aside>
  );
}

interface ContentProps {
  brief: Brief | undefined;
  lead: LeadDetail | undefined;
  error: Error | null;
  onRetry: () => void;
  heading: React.RefObject<HTMLHeadingElement | null>;
}

/** The head stays one element from the first glance to the whole lead, so that it keeps the focus. */
function Content({ brief, lead, error, onRetry, heading }: ContentProps) {
  const saving = useLeadSave(lead);
  return (
    <div
      className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-5 py-4"
      role="group"
      aria-label={brief?.name ?? ''}
    >
      {brief && <LeadHead lead={brief} whole={lead} saving={lead && saving} headingRef={heading} level={2} />}
      {lead && (
        <>
          <LeadFacts lead={lead} saving={saving} />
          <LeadStory lead={lead} />
        </>
      )}
      {!lead && (error ? <Failure level={2} error={error} onRetry={onRetry} /> : <BodySkeleton brief={brief} />)}
    </div>
  );
}

export function Failure({ error, onRetry, level }: { error: Error; onRetry: () => void; level: 1 | 2 }) {
  const text = useText();
  const problem = asProblem(error);
  const isGone = problem.status === 404;
  return (
    <EmptyState
      level={level}
      title={
        isGone
          ? text({ id: 'drawer.gone', defaultMessage: 'This lead is not there' })
          : text({ id: 'drawer.failed', defaultMessage: 'The lead could not be read' })
      }
      action={!isGone && <Button onPress={onRetry}>{text({ id: 'leads.retry', defaultMessage: 'Try again' })}</Button>}
    >
      {isGone
        ? text({ id: 'drawer.gone.why', defaultMessage: 'It was removed for good, or it is not yours to see.' })
        : problem.detail}
      {problem.requestId !== undefined && !isGone && (
        <p className="mt-1 font-mono text-small select-all">{problem.requestId}</p>
      )}
    </EmptyState>
  );
}

/** What others do to it is shown as it happens; a merged lead leads on to the one it went into. */
export function useFollow(id: string, lead: Lead | undefined, onGo: (id: string) => void): void {
  const cache = useQueryClient();
  useLive(['*'], (event) => {
    if (event.leadId === id || event.type === 'reset') refreshLead(cache, id);
  });
  const other = lead && lead.id !== id ? lead.id : undefined;
  useEffect(() => {
    if (other !== undefined) onGo(other);
  }, [other, onGo]);
}

/** A lead that is opened has the focus; when it is changed by `[` and `]`, the next one has it. */
function useFocusOn(
  id: string,
  isNamed: boolean,
  heading: React.RefObject<HTMLElement | null>,
  panel: React.RefObject<HTMLElement | null>,
): void {
  const before = useRef<string>(undefined);
  useEffect(() => {
    const aim = isNamed ? id : `${id} is on its way`;
    if (before.current === aim) return;
    const isSame = before.current === `${id} is on its way`;
    before.current = aim;
    // Whoever has gone on to something else meanwhile is not called back.
    if (isSame && document.activeElement !== panel.current) return;
    (heading.current ?? panel.current)?.focus({ preventScroll: true });
  }, [id, isNamed, heading, panel]);
}

const NARROWEST = 400;
const WIDEST = 760;
const FIRST = 500;
const clamp = (width: number) => Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));

interface Width {
  value: number;
  set: (width: number) => void;
  keep: (width: number) => void;
}

function useWidth(): Width {
  const { prefs } = useSession();
  const kept = prefs.screens['drawer'] as { width?: unknown } | undefined;
  const [value, set] = useState(() => clamp(typeof kept?.width === 'number' ? kept.width : FIRST));
  return {
    value,
    set: (width) => set(clamp(width)),
    keep: (width) => void rememberScreen('drawer', { width: clamp(width) }),
  };
}

const STEP = 24;

function widthAt(event: PointerEvent<HTMLElement>): number {
  const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl';
  return isRtl ? event.clientX : window.innerWidth - event.clientX;
}

/** Pulls the edge; arrows do the same for the keyboard. */
function ResizeEdge({ width }: { width: Width }) {
  const text = useText();
  const isPulling = useRef(false);
  return (
    // A separator with a value is a control (ARIA calls it a window splitter), which the rule does not know.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={text({ id: 'drawer.width', defaultMessage: 'Width of the details' })}
      aria-valuenow={width.value}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        isPulling.current = true;
      }}
      onPointerMove={(event) => isPulling.current && width.set(widthAt(event))}
      onPointerUp={(event) => {
        isPulling.current = false;
        width.keep(widthAt(event));
      }}
      onKeyDown={(event) => {
        const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl';
        const wider = isRtl ? 'ArrowRight' : 'ArrowLeft';
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        event.preventDefault();
        const next = width.value + (event.key === wider ? STEP : -STEP);
        width.set(next);
        width.keep(next);
      }}
      className="absolute inset-y-0 start-0 z-10 w-2 -translate-x-1 cursor-col-resize touch-none max-sm:hidden hover:bg-accent/20 focus-visible:bg-accent/30 rtl:translate-x-1"
    />
  );
}
