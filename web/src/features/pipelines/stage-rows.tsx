import { ArrowDown, ArrowUp, GripVertical, Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { announce } from '~/app/announce';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { IconButton } from '~/ui/icon-button';
import { Select } from '~/ui/select';
import { TextField } from '~/ui/text-field';
import { useSortable } from '~/ui/use-sortable';
import { ColourButton } from './colour-button';
import { FEWEST_STAGES, type PipelineDraft, type StageDraft, type StageType, changeStage, moveStage, nameless } from './draft';

interface StageRowsProps {
  draft: PipelineDraft;
  errors: Readonly<Record<string, string[]>>;
  onChange: (draft: PipelineDraft) => void;
  onRemove: (stage: StageDraft) => void;
}

/** The stages from left to right, as rows from the top down. */
export function StageRows({ draft, errors, onChange, onRemove }: StageRowsProps) {
  const text = useText();
  const list = useRef<HTMLTableSectionElement>(null);
  const move = (key: string, to: number) => {
    const next = moveStage(draft, key, to);
    if (next === draft) return;
    onChange(next);
    const stage = draft.stages.find((it) => it.key === key);
    announce(
      text(
        { id: 'pipelines.moved', defaultMessage: '{stage}, position {position} of {total}.' },
        { stage: stage?.name ?? '', position: to + 1, total: draft.stages.length },
      ),
      'assertive',
    );
  };
  useSortable(
    list,
    draft.stages.map((it) => it.key),
    move,
  );
  return (
    <table className="w-full border-separate border-spacing-y-1.5">
      <thead className="text-start text-small text-muted">
        <tr>
          <th className="w-8" aria-hidden="true" />
          <Head>{text({ id: 'pipelines.col.name', defaultMessage: 'Stage' })}</Head>
          <Head>{text({ id: 'pipelines.col.colour', defaultMessage: 'Colour' })}</Head>
          <Head>{text({ id: 'pipelines.col.type', defaultMessage: 'Leads in it are' })}</Head>
          <th scope="col" className="px-1 pb-1 text-end font-medium max-sm:hidden">
            {text({ id: 'pipelines.col.leads', defaultMessage: 'Leads' })}
          </th>
          <th scope="col">
            <span className="sr-only">{text({ id: 'pipelines.col.actions', defaultMessage: 'Order and removal' })}</span>
          </th>
        </tr>
      </thead>
      <tbody ref={list}>
        {draft.stages.map((stage, index) => (
          <StageRow
            key={stage.key}
            stage={stage}
            index={index}
            draft={draft}
            error={errorOf(draft, stage, index, errors, text)}
            onChange={onChange}
            onMove={move}
            onRemove={onRemove}
          />
        ))}
      </tbody>
    </table>
  );
}

function Head({ children }: { children: string }) {
  return (
    <th scope="col" className="px-1 pb-1 text-start font-medium">
      {children}
    </th>
  );
}

function errorOf(
  draft: PipelineDraft,
  stage: StageDraft,
  index: number,
  errors: StageRowsProps['errors'],
  text: ReturnType<typeof useText>,
): string | undefined {
  if (nameless(draft).has(stage.key)) return text({ id: 'pipelines.nameless', defaultMessage: 'Give the stage a name.' });
  const told = Object.entries(errors).find(([path]) => path === `stages.${index}.name` || path === `stages[${index}].name`);
  return told && text({ id: 'pipelines.name.this', defaultMessage: 'This name {what}.' }, { what: told[1].join(', ') });
}

interface StageRowProps extends Omit<StageRowsProps, 'errors'> {
  stage: StageDraft;
  index: number;
  error: string | undefined;
  onMove: (key: string, to: number) => void;
}

function StageRow({ stage, index, draft, error, onChange, onMove, onRemove }: StageRowProps) {
  const text = useText();
  const formats = useFormats();
  const change = (part: Partial<StageDraft>) => onChange(changeStage(draft, stage.key, part));
  const values = { stage: stage.name || text({ id: 'pipelines.stage.unnamed', defaultMessage: 'the new stage' }) };
  const [isFirst, isLast] = [index === 0, index === draft.stages.length - 1];
  return (
    <tr data-sort={stage.key} className="align-top data-dragged:opacity-40">
      <td className="pt-1">
        <span data-grip="" aria-hidden="true" className="grid size-6 cursor-grab place-items-center text-muted max-sm:hidden">
          <GripVertical size={16} />
        </span>
      </td>
      <td className="min-w-32 px-1">
        <TextField
          label={text({ id: 'pipelines.name.of', defaultMessage: 'Name of stage {number}' }, { number: index + 1 })}
          labelHidden
          value={stage.name}
          maxLength={60}
          onChange={(name) => change({ name })}
          {...(error !== undefined && { error })}
        />
      </td>
      <td className="w-12 px-1">
        <ColourButton stage={values.stage} color={stage.color} type={stage.type} onChange={(color) => change({ color })} />
      </td>
      <td className="w-36 px-1">
        <Select<StageType>
          label={text({ id: 'pipelines.type.of', defaultMessage: 'Leads in {stage} are' }, values)}
          labelHidden
          value={stage.type}
          onChange={(type) => change({ type })}
          options={[
            { id: 'open', label: text({ id: 'pipelines.type.open', defaultMessage: 'Open' }) },
            { id: 'won', label: text({ id: 'pipelines.type.won', defaultMessage: 'Won' }) },
            { id: 'lost', label: text({ id: 'pipelines.type.lost', defaultMessage: 'Lost' }) },
          ]}
        />
      </td>
      <td className="px-1 pt-1.5 text-end text-muted tabular-nums max-sm:hidden">{formats.number(stage.leads)}</td>
      <td className="w-28 ps-1">
        <span className="flex justify-end">
          <IconButton
            size="small"
            label={text({ id: 'pipelines.up', defaultMessage: 'Move {stage} up' }, values)}
            icon={<ArrowUp size={15} />}
            onPress={() => onMove(stage.key, index - 1)}
            reason={isFirst ? text({ id: 'pipelines.up.not', defaultMessage: 'It is the first already.' }) : undefined}
          />
          <IconButton
            size="small"
            label={text({ id: 'pipelines.down', defaultMessage: 'Move {stage} down' }, values)}
            icon={<ArrowDown size={15} />}
            onPress={() => onMove(stage.key, index + 1)}
            reason={isLast ? text({ id: 'pipelines.down.not', defaultMessage: 'It is the last already.' }) : undefined}
          />
          <IconButton
            size="small"
            label={text({ id: 'pipelines.remove', defaultMessage: 'Remove {stage}' }, values)}
            icon={<Trash2 size={15} />}
            onPress={() => onRemove(stage)}
            reason={
              draft.stages.length <= FEWEST_STAGES
                ? text({ id: 'pipelines.remove.not', defaultMessage: 'A pipeline has two stages at least.' })
                : undefined
            }
          />
        </span>
      </td>
    </tr>
  );
}
