import { Pause, Play, Square } from 'lucide-react';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { useAction } from '~/api/action';
import type { Import } from '~/api/queries/imports';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { ConfirmDialog } from '~/ui/dialog';
import { Progress } from '~/ui/progress';
import { FileGone } from './file-step';
import { goingIn, reportFigures, sumOf } from './figures';
import { Figures, Panel, explain, useOfflineReason } from './parts';
import { StepFooter, type StepProps } from './step-footer';
import { hasEnded, isChecked, isOpen } from './steps';
import { type Transition, transition } from './transitions';
import { REPORT_WORDS } from './words';

/** The run itself: begun, held, gone on with, ended. It goes on when nobody looks. */
export function RunStep({ known, onStep }: StepProps) {
  const isNew = isOpen(known.state) || known.state === 'checking';
  const before = useRef(known.state);
  // Who watches the run to its end is shown what came of it.
  useEffect(() => {
    const was = before.current;
    before.current = known.state;
    if ((was === 'running' || was === 'paused') && hasEnded(known.state)) onStep('report');
  }, [known.state, onStep]);
  return (
    <>
      {!known.hasFile && <FileGone />}
      {isNew ? <Begin known={known} onStep={onStep} /> : <Going known={known} />}
      <StepFooter known={known} step="run" onStep={onStep} />
    </>
  );
}

function Begin({ known, onStep }: Pick<StepProps, 'known' | 'onStep'>) {
  const text = useText();
  const offline = useOfflineReason();
  const act = useAction(transition);
  const { checked } = known;
  const busy = known.state === 'checking' ? text({ id: 'imports.run.checking', defaultMessage: 'The check is still at work.' }) : undefined;
  const gone = known.hasFile ? undefined : text({ id: 'imports.run.gone', defaultMessage: 'The file is not there any more.' });
  const count = checked ? goingIn(checked) : undefined;
  const bad = checked ? (checked.rows ?? 0) - goingIn(checked) : 0;
  return (
    <Panel
      title={text({ id: 'imports.run.title', defaultMessage: 'Ready to run' })}
      hint={text({ id: 'imports.run.hint', defaultMessage: 'It goes on when you leave this page. For 30 days it can be taken back.' })}
    >
      {!checked && (
        <Banner tone="warning" title={text({ id: 'imports.run.unchecked', defaultMessage: 'The file was not checked' })}>
          {text({ id: 'imports.run.unchecked.why', defaultMessage: 'Rows that cannot go in are left out and named in the report. A check tells you which, beforehand.' })}
        </Banner>
      )}
      {checked && !isChecked(known) && (
        <Banner
          tone="warning"
          title={text({ id: 'imports.run.changed', defaultMessage: 'Something was changed since the check' })}
          action={
            <Button size="small" onPress={() => onStep('check')}>
              {text({ id: 'imports.run.toCheck', defaultMessage: 'Go to the check' })}
            </Button>
          }
        >
          {text({ id: 'imports.run.changed.why', defaultMessage: 'The figures here are from before the change.' })}
        </Banner>
      )}
      {checked && (
        <p>
          {text(
            {
              id: 'imports.run.summary',
              defaultMessage:
                '{new, plural, one {# new lead} other {# new leads}}, {update, plural, one {# update} other {# updates}}. {bad, plural, =0 {All rows go in.} one {# row stays out.} other {# rows stay out.}}',
            },
            { new: checked.new ?? 0, update: (checked.update ?? 0) + (checked.duplicateInFile ?? 0), bad },
          )}
        </p>
      )}
      <Button
        tone="primary"
        className="self-start"
        icon={<Play size={15} />}
        isPending={act.pending}
        reason={busy ?? gone ?? offline}
        onRefused={explain}
        onPress={() => void act.run({ id: known.id, to: 'run' })}
      >
        {count === undefined
          ? text({ id: 'imports.run.all', defaultMessage: 'Import all rows' })
          : text({ id: 'imports.run.do', defaultMessage: 'Import {count, plural, one {# row} other {# rows}}' }, { count })}
      </Button>
    </Panel>
  );
}

function Going({ known }: { known: Import }) {
  const text = useText();
  const format = useFormats();
  const { state, progress, report } = known;
  const main = useRef<HTMLButtonElement>(null);
  useFocusKept(main, state);
  const titles = {
    running: text({ id: 'imports.run.going', defaultMessage: 'The import is running' }),
    paused: text({ id: 'imports.run.paused', defaultMessage: 'The import is paused' }),
    failed: text({ id: 'imports.run.failed', defaultMessage: 'The import came to a halt' }),
  };
  const isUnderWay = state === 'running' || state === 'paused' || state === 'failed';
  const title = isUnderWay ? titles[state] : text({ id: 'imports.run.over', defaultMessage: 'The import has run' });
  const done = progress?.rows ?? report?.rows ?? 0;
  return (
    <Panel
      title={title}
      hint={isUnderWay ? text({ id: 'imports.run.leave', defaultMessage: 'You can leave; it is done by the server.' }) : undefined}
      aside={isUnderWay && <Controls known={known} main={main} />}
    >
      {state === 'failed' && (
        <Banner tone="danger" title={known.error ?? titles.failed}>
          {text({ id: 'imports.run.failed.why', defaultMessage: 'What went in stays. Going on begins with the rows that are missing.' })}
        </Banner>
      )}
      {isUnderWay && (
        <Progress
          label={text({ id: 'imports.run.progress', defaultMessage: 'Rows taken in' })}
          value={progress ? progress.fraction * 100 : undefined}
          text={
            progress?.total == null
              ? format.number(done)
              : text(
                  { id: 'imports.run.of', defaultMessage: '{done} of {total}' },
                  { done: format.number(done), total: format.number(progress.total) },
                )
          }
        />
      )}
      {report && (
        <Figures
          figures={reportFigures(report)}
          words={(id) => text(REPORT_WORDS[id])}
          total={sumOf(reportFigures(report))}
          totalWords={text({ id: 'imports.run.sofar', defaultMessage: 'Rows so far' })}
        />
      )}
    </Panel>
  );
}

/** A button that is replaced by another hands the focus on. */
function useFocusKept(button: RefObject<HTMLButtonElement | null>, state: string): void {
  useEffect(() => {
    if (!document.activeElement || document.activeElement === document.body) button.current?.focus();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another state has another button
  }, [button, state]);
}

function Controls({ known, main }: { known: Import; main: RefObject<HTMLButtonElement | null> }) {
  const text = useText();
  const offline = useOfflineReason();
  const act = useAction(transition);
  const [isStopping, setStopping] = useState(false);
  const go = (to: Transition) => void act.run({ id: known.id, to });
  const isRunning = known.state === 'running';
  return (
    <span className="flex flex-wrap gap-2">
      <Button
        ref={main}
        icon={isRunning ? <Pause size={15} /> : <Play size={15} />}
        tone={isRunning ? 'plain' : 'primary'}
        isPending={act.pending}
        reason={offline}
        onRefused={explain}
        onPress={() => go(isRunning ? 'pause' : 'resume')}
      >
        {isRunning ? text({ id: 'imports.run.pause', defaultMessage: 'Pause' }) : text({ id: 'imports.run.resume', defaultMessage: 'Go on' })}
      </Button>
      {known.state !== 'failed' && (
        <Button icon={<Square size={14} />} reason={offline} onRefused={explain} onPress={() => setStopping(true)}>
          {text({ id: 'imports.run.stop', defaultMessage: 'Stop' })}
        </Button>
      )}
      <ConfirmDialog
        isOpen={isStopping}
        onClose={() => setStopping(false)}
        title={text({ id: 'imports.run.stop.title', defaultMessage: 'Stop the import?' })}
        lead={text({ id: 'imports.run.stop.lead', defaultMessage: 'The rows so far stay, and can be taken back from the report. A stopped import does not go on.' })}
        action={text({ id: 'imports.run.stop.do', defaultMessage: 'Stop the import' })}
        onConfirm={async () => {
          const outcome = await act.run({ id: known.id, to: 'stop' });
          if (outcome.state === 'refused') throw outcome.problem;
        }}
      />
    </span>
  );
}
