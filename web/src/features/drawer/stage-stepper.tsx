import { Check, ChevronDown, X } from 'lucide-react';
import type { Lead } from '~/api/queries/leads';
import type { Stage } from '~/api/queries/pipelines';
import { useAction } from '~/api/action';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { useDirectory } from '~/kit/directory';
import { stageName } from '~/kit/filter/words';
import { moveToStage } from '~/kit/lead-actions';
import { Button } from '~/ui/button';
import { cx } from '~/ui/cx';
import { MenuButton } from '~/ui/menu';
import { stageColour } from '~/ui/stage-colour';
import { StageMark } from '~/ui/stage-pill';

/** The stages of the pipeline in a row; pressing one moves the lead there. */
export function StageStepper({ lead }: { lead: Lead }) {
  const text = useText();
  const directory = useDirectory();
  const { can } = useSession();
  const move = useAction(moveToStage);
  const pipeline = directory.pipeline(lead.pipelineId);
  const current = directory.stage(lead.stageId);
  if (!pipeline || !current) return null;
  const mayMove = can('leads:move') && !lead.deletedAt;
  const reason = mayMove
    ? undefined
    : lead.deletedAt
      ? text({ id: 'lead.edit.trash', defaultMessage: 'It is in the trash. Restore it to change it.' })
      : text({ id: 'lead.move.right', defaultMessage: 'Your role may not move leads. An administrator can allow it.' });
  const at = pipeline.stages.findIndex((it) => it.id === current.id);
  return (
    <div className="flex flex-col gap-1.5">
      <ol aria-label={text({ id: 'drawer.stages', defaultMessage: 'Stages' })} className="flex gap-0.5">
        {pipeline.stages.map((stage, index) => (
          <Step
            key={stage.id}
            stage={stage}
            isCurrent={stage.id === current.id}
            isPassed={current.type === 'open' && stage.type === 'open' && index < at}
            reason={reason}
            onPress={() => stage.id !== current.id && void move.run({ lead, stage })}
          />
        ))}
      </ol>
      {directory.pipelines.length > 1 && mayMove && (
        <MenuButton
          label={text({ id: 'drawer.stage.any', defaultMessage: 'Move to any stage' })}
          tone="quiet"
          size="small"
          className="self-start text-muted!"
          filter={text({ id: 'lead.stage.find', defaultMessage: 'Find a stage' })}
          items={directory.stages.map((it) => ({
            id: it.id,
            label: stageName(directory, it.id),
            icon: <StageMark color={it.color} type={it.type} />,
            isChosen: it.id === lead.stageId,
            onAction: () => it.id !== lead.stageId && void move.run({ lead, stage: it }),
          }))}
        >
          {pipeline.name}
          <ChevronDown size={14} />
        </MenuButton>
      )}
    </div>
  );
}

interface StepProps {
  stage: Stage;
  isCurrent: boolean;
  isPassed: boolean;
  reason: string | undefined;
  onPress: () => void;
}

function Step({ stage, isCurrent, isPassed, reason, onPress }: StepProps) {
  const text = useText();
  const sign = { open: undefined, won: <Check size={11} strokeWidth={3} />, lost: <X size={11} strokeWidth={3} /> }[
    stage.type
  ];
  return (
    <li {...stageColour(stage.color)} className={cx('min-w-0', isCurrent ? 'flex-[2_1_0]' : 'flex-1')}>
      <Button
        tone="quiet"
        aria-label={
          isCurrent
            ? text({ id: 'drawer.stage.current', defaultMessage: '{stage}, the stage it is in' }, { stage: stage.name })
            : text({ id: 'drawer.stage.move', defaultMessage: 'Move to {stage}' }, { stage: stage.name })
        }
        {...(isCurrent && { 'aria-current': 'step' })}
        {...(reason === undefined || isCurrent ? { onPress } : { reason })}
        className="h-auto! w-full flex-col items-stretch! gap-1! rounded-md! border-0! bg-transparent! px-0.5! pt-1! pb-1! [&>span]:w-full [&>span]:flex-col [&>span]:items-stretch [&>span]:gap-1"
      >
        <span
          className={cx(
            'block h-1 rounded-full',
            isCurrent || isPassed ? 'bg-stage-solid' : 'bg-line',
            isPassed && 'opacity-60',
          )}
        />
        <span
          className={cx(
            'flex items-center justify-center gap-0.5 truncate text-micro',
            isCurrent ? 'font-semibold text-stage-text' : 'font-medium text-muted',
          )}
        >
          {sign}
          <span className="truncate">{stage.name}</span>
        </span>
      </Button>
    </li>
  );
}
