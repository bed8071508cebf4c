import { useQuery } from '@tanstack/react-query';
import { ListChecks, RefreshCw } from 'lucide-react';
import { Suspense, useEffect, useRef } from 'react';
import { useAction } from '~/api/action';
import { type Import, importCorrectionsQuery } from '~/api/queries/imports';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';
import { OutsideLink } from '~/ui/link';
import { lazyOverlay } from '~/ui/lazy';
import { Progress } from '~/ui/progress';
import { FileGone } from './file-step';
import { checkFigures, sumOf } from './figures';
import { Figures, Panel, explain, useOfflineReason } from './parts';
import { StepFooter, type StepProps } from './step-footer';
import { isChecked, isOpen } from './steps';
import { transition } from './transitions';
import { CHECK_WORDS } from './words';

const panel = lazyOverlay<{ known: Import }>(() => import('./problems-panel').then((it) => ({ default: it.ProblemsPanel })));

/** What a run would do, row by row, before it does anything. */
export function CheckStep({ known, onStep }: StepProps) {
  const isChecking = known.state === 'checking';
  const { checked } = known;
  return (
    <>
      {!known.hasFile && <FileGone />}
      {isChecking && <Checking known={known} />}
      {!checked && !isChecking && <NotChecked known={known} />}
      {checked && !isChecking && <Found known={known} />}
      {checked && !isChecking && (
        <Suspense>
          <panel.Component known={known} />
        </Suspense>
      )}
      <StepFooter known={known} step="check" onStep={onStep} />
    </>
  );
}

function useStart(known: Import) {
  const text = useText();
  const offline = useOfflineReason();
  const act = useAction(transition);
  const gone = known.hasFile ? undefined : text({ id: 'imports.check.gone', defaultMessage: 'The file is not there any more.' });
  return { act, reason: gone ?? offline };
}

function NotChecked({ known }: { known: Import }) {
  const text = useText();
  const { act, reason } = useStart(known);
  return (
    <EmptyState
      icon={<ListChecks size={20} />}
      level={2}
      title={text({ id: 'imports.check.none', defaultMessage: 'Not checked yet' })}
      action={
        <Button
          tone="primary"
          isPending={act.pending}
          reason={isOpen(known.state) ? reason : text({ id: 'imports.check.ran', defaultMessage: 'The import has run already.' })}
          onRefused={explain}
          onPress={() => void act.run({ id: known.id, to: 'check' })}
        >
          {text({ id: 'imports.check.do', defaultMessage: 'Check the file' })}
        </Button>
      }
    >
      {text({ id: 'imports.check.why', defaultMessage: 'Reads every row and says what a run would do with it. Nothing is written to your leads.' })}
    </EmptyState>
  );
}

function Checking({ known }: { known: Import }) {
  const text = useText();
  const format = useFormats();
  const act = useAction(transition);
  const stop = useRef<HTMLButtonElement>(null);
  // The button that began it is gone; the one that ends it takes its place.
  useEffect(() => {
    if (!document.activeElement || document.activeElement === document.body) stop.current?.focus();
  }, []);
  const { progress } = known;
  const rows = format.number(progress?.rows ?? 0);
  return (
    <Panel
      title={text({ id: 'imports.checking', defaultMessage: 'Checking every row' })}
      aside={
        <Button ref={stop} size="small" isPending={act.pending} onPress={() => void act.run({ id: known.id, to: 'stop' })}>
          {text({ id: 'imports.check.stop', defaultMessage: 'Stop the check' })}
        </Button>
      }
    >
      <Progress
        label={text({ id: 'imports.checking.label', defaultMessage: 'Rows looked at' })}
        value={progress ? progress.fraction * 100 : undefined}
        text={rows}
      />
    </Panel>
  );
}

function Found({ known }: { known: Import }) {
  const text = useText();
  const format = useFormats();
  const { act, reason } = useStart(known);
  const { data: corrections = [] } = useQuery(importCorrectionsQuery(known.id));
  const again = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!document.activeElement || document.activeElement === document.body) again.current?.focus();
  }, []);
  if (!known.checked) return null;
  const figures = checkFigures(known.checked);
  const isFresh = isChecked(known);
  const problems = Object.values(known.checked.problems ?? {}).reduce((sum, it) => sum + it, 0);
  const button = isOpen(known.state) && (
    <Button
      ref={again}
      size={isFresh ? 'small' : 'normal'}
      tone={isFresh ? 'plain' : 'primary'}
      icon={<RefreshCw size={14} />}
      isPending={act.pending}
      reason={reason}
      onRefused={explain}
      onPress={() => void act.run({ id: known.id, to: 'check' })}
    >
      {text({ id: 'imports.check.again', defaultMessage: 'Check again' })}
    </Button>
  );
  return (
    <>
      {!isFresh && isOpen(known.state) && (
        <Banner
          tone="warning"
          title={
            corrections.length > 0
              ? text(
                  { id: 'imports.outdated.corrected', defaultMessage: '{count, plural, one {# correction waits} other {# corrections wait}} for the next check' },
                  { count: corrections.length },
                )
              : text({ id: 'imports.outdated', defaultMessage: 'Something was changed since this check' })
          }
          action={button}
        >
          {text({ id: 'imports.outdated.why', defaultMessage: 'The figures below are from before. A run uses what you have changed, checked or not.' })}
        </Banner>
      )}
      <Panel
        title={text({ id: 'imports.check.found', defaultMessage: 'What a run would do' })}
        hint={
          known.checked.at &&
          text({ id: 'imports.check.at', defaultMessage: 'Checked {when}; nothing was written.' }, { when: format.ago(known.checked.at) })
        }
        aside={
          <span className="flex flex-wrap items-center gap-3">
            {problems > 0 && known.hasFile && (
              <OutsideLink href={`/api/imports/${known.id}/rows?set=problems`} download className="text-small">
                {text({ id: 'imports.problems.file', defaultMessage: 'Problem rows as a file' })}
              </OutsideLink>
            )}
            {isFresh && button}
          </span>
        }
      >
        <Figures
          figures={figures}
          words={(id) => text(CHECK_WORDS[id])}
          total={sumOf(figures)}
          totalWords={text({ id: 'imports.rows', defaultMessage: 'Rows of the file' })}
        />
      </Panel>
    </>
  );
}
