import { ArrowLeft, FileX2 } from 'lucide-react';
import { Suspense, useEffect, useRef, type ReactNode } from 'react';
import { asProblem } from '~/api/client';
import { useSession } from '~/app/session';
import { landFocus, useTitle } from '~/app/title';
import { useText } from '~/i18n';
import { Badge } from '~/ui/badge';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';
import { type LazyOverlay, lazyOverlay } from '~/ui/lazy';
import { Link } from '~/ui/link';
import { Skeleton } from '~/ui/skeleton';
import { Stepper } from '~/ui/stepper';
import { Failed, MayNot } from './parts';
import type { StepProps } from './step-footer';
import { STEPS, type Step } from './step-names';
import { hurdleOf, markOf, stepOf } from './steps';
import { useImport } from './use-import';
import { HURDLE_WORDS, MARK_WORDS, STATE_TONES, STATE_WORDS, STEP_WORDS } from './words';

interface Props {
  id: string;
  /** As the address has it; without it the one where there is something to do. */
  step: Step | undefined;
  onStep: (step: Step) => void;
  onLeave: () => void;
}

/** One import, step by step. It stands on the server, so one may leave at any step and come back. */
export function ImportScreen({ id, step: asked, onStep, onLeave }: Props) {
  const text = useText();
  const { can } = useSession();
  const { data: known, error, refetch } = useImport(id);
  // Not one after the other: the step comes while the import is asked for.
  useEffect(() => asked && SCREENS[asked].preload(), [asked]);
  useTitle(known ? text({ id: 'imports.one.title', defaultMessage: 'Import of {name}' }, { name: known.name }) : text({ id: 'imports.title', defaultMessage: 'Import' }));
  if (!can('leads:import')) return <Nothing><MayNot /></Nothing>;
  if (known) return <Wizard known={known} asked={asked} onStep={onStep} onLeave={onLeave} />;
  if (!error) return <Loading />;
  return (
    <Nothing above={<BackLink />}>
      {/* What is pressed goes away with its answer, so the focus goes on to the import. */}
      <Gone error={error} onRetry={() => void refetch().then(landFocus)} onLeave={onLeave} />
    </Nothing>
  );
}

const PAGE = 'mx-auto flex w-full max-w-280 flex-col gap-4 px-gutter py-4';

/** Where there is no import that could name the screen. */
function Nothing({ above, children }: { above?: ReactNode; children: ReactNode }) {
  const text = useText();
  return (
    <div className={PAGE}>
      {above}
      <h1 className="text-title">{text({ id: 'imports.title', defaultMessage: 'Import' })}</h1>
      {children}
    </div>
  );
}

function BackLink() {
  const text = useText();
  return (
    <Link to="/imports" tone="quiet" className="inline-flex min-h-6 items-center gap-1 self-start text-small text-muted">
      <ArrowLeft size={14} className="rtl:rotate-180" />
      {text({ id: 'imports.all', defaultMessage: 'All imports' })}
    </Link>
  );
}

/** Without a heading, which would take the focus and be gone with it when the import is there. */
function Loading() {
  return (
    <div className={PAGE}>
      <BackLink />
      <Skeleton className="h-6 w-64" />
      <Skeleton className="h-9 w-full" />
      <Skeleton className="h-64 rounded-xl" />
    </div>
  );
}

function Gone({ error, onRetry, onLeave }: { error: unknown; onRetry: () => void; onLeave: () => void }) {
  const text = useText();
  if (asProblem(error).status !== 404) {
    return <Failed title={text({ id: 'imports.one.failed', defaultMessage: 'The import could not be read' })} error={error} onRetry={onRetry} />;
  }
  return (
    <EmptyState
      icon={<FileX2 size={20} />}
      level={2}
      title={text({ id: 'imports.gone', defaultMessage: 'This import is gone' })}
      action={
        <Button tone="primary" onPress={onLeave}>
          {text({ id: 'imports.gone.back', defaultMessage: 'Show all imports' })}
        </Button>
      }
    >
      {text({ id: 'imports.gone.why', defaultMessage: 'It was removed, or it belongs to somebody else. Leads that came in with it are still there.' })}
    </EmptyState>
  );
}

/** Each step is fetched when it is come to, and the others while one is busy with it. */
const SCREENS: Record<Step, LazyOverlay<StepProps>> = {
  file: lazyOverlay(() => import('./file-step').then((it) => ({ default: it.FileStep }))),
  columns: lazyOverlay(() => import('./columns-step').then((it) => ({ default: it.ColumnsStep }))),
  check: lazyOverlay(() => import('./check-step').then((it) => ({ default: it.CheckStep }))),
  decide: lazyOverlay(() => import('./decide-step').then((it) => ({ default: it.DecideStep }))),
  run: lazyOverlay(() => import('./run-step').then((it) => ({ default: it.RunStep }))),
  report: lazyOverlay(() => import('./report-step').then((it) => ({ default: it.ReportStep }))),
};

function Wizard({ known, asked, onStep, onLeave }: StepProps & { asked: Step | undefined }) {
  const text = useText();
  const step = asked ?? stepOf(known);
  const heading = useRef<HTMLHeadingElement>(null);
  const hurdle = hurdleOf(step, known);
  // The buttons of the step before are gone with it, so its heading has the focus; not when one has just come.
  const first = useRef(step);
  useEffect(() => {
    if (first.current === step) return;
    first.current = step;
    heading.current?.focus({ preventScroll: true });
    heading.current?.closest('main')?.scrollTo({ top: 0 });
  }, [step]);
  const Screen = SCREENS[step].Component;
  return (
    <div className={PAGE}>
      <header className="flex flex-col gap-2">
        <BackLink />
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 ref={heading} tabIndex={-1} className="min-w-0 truncate rounded-sm text-title" dir="auto">
            {known.name}
            <span className="sr-only">: {text(STEP_WORDS[step])}</span>
          </h1>
          <Badge tone={STATE_TONES[known.state]}>{text(STATE_WORDS[known.state])}</Badge>
        </div>
        <Stepper
          label={text({ id: 'imports.steps', defaultMessage: 'Steps of the import' })}
          current={step}
          steps={STEPS.map((id) => {
            const mark = markOf(id, known);
            return { id, label: text(STEP_WORDS[id]), mark, state: `, ${text(MARK_WORDS[mark])}` };
          })}
          renderLink={(it, className, content) => (
            <Link
              to="/imports/$id"
              params={{ id: known.id }}
              search={{ step: it.id }}
              tone="bare"
              className={className}
              {...(it.id === step && { 'aria-current': 'step' })}
            >
              {content}
            </Link>
          )}
        />
      </header>
      {hurdle ? (
        <EmptyState
          level={2}
          title={text(HURDLE_WORDS[hurdle])}
          action={
            <Button tone="primary" onPress={() => onStep(stepOf(known))}>
              {text({ id: 'imports.goTo', defaultMessage: 'Go to {step}' }, { step: text(STEP_WORDS[stepOf(known)]) })}
            </Button>
          }
        />
      ) : (
        <Suspense fallback={<Skeleton className="h-64 rounded-xl" />}>
          <Screen known={known} onStep={onStep} onLeave={onLeave} />
        </Suspense>
      )}
    </div>
  );
}
