import type { Field } from '~/api/queries/fields';
import { type Lead, customValues } from '~/api/queries/leads';
import type { Session } from '~/app/session';
import type { Formats } from '~/i18n/formats';
import { say } from '~/i18n';
import { Avatar } from '~/ui/avatar';
import { Badge } from '~/ui/badge';
import type { Column, EditorProps } from '~/ui/data-table/data-table';
import { ScoreBar } from '~/ui/score-bar';
import { StageMark, StagePill } from '~/ui/stage-pill';
import { Link } from '~/ui/link';
import { ChoiceEditor } from '~/ui/data-table/choice-editor';
import { TextEditor } from '~/ui/data-table/text-editor';
import type { Directory } from './directory';
import { currencyOf, inputModeOf, shownValue } from './field-values';
import { checkField } from './lead-edit';
import { ManyEditor, TagsEditor, DayEditor } from './cell-editors';
import { stageName } from './filter/words';

export interface ColumnNeeds {
  directory: Directory;
  format: Formats;
  session: Session;
}

type LeadColumn = Column<Lead>;

/** Every column that the table of leads knows: those of all leads, and one for each custom field. */
export function leadColumns(needs: ColumnNeeds): LeadColumn[] {
  const { directory, session } = needs;
  const reason = session.can('leads:edit')
    ? undefined
    : say({ id: 'lead.edit.right', defaultMessage: 'Your role may not change leads. An administrator can allow it.' });
  const locked = () => reason;
  const columns = [...plainColumns(), ...choiceColumns(needs), ...amountColumns(needs), ...timeColumns(needs)];
  const custom = directory.fields.map((field) => customColumn(field, needs));
  const all = [...columns, ...custom];
  for (const column of all) if (column.editor) column.locked ??= locked;
  return all;
}

/** What is shown until somebody chooses columns. */
export const FIRST_COLUMNS = [
  'name',
  'company',
  'stage',
  'owner',
  'value',
  'score',
  'email',
  'phone',
  'tags',
  'source',
  'created',
];

function textEditor(field: string, value: (lead: Lead) => string, mode?: ReturnType<typeof inputModeOf>) {
  const check = checkField(field);
  return (props: EditorProps<Lead>) => (
    <TextEditor
      {...props}
      value={value(props.row)}
      maxLength={field === 'email' ? 254 : 200}
      {...(mode && { inputMode: mode })}
      {...(check && { check })}
    />
  );
}

const Words = ({ children }: { children: string | null | undefined }) => (
  <span className="truncate" dir="auto" title={children ?? undefined}>
    {children}
  </span>
);

function plainColumns(): LeadColumn[] {
  return [
    {
      id: 'name',
      label: say({ id: 'field.name', defaultMessage: 'Name' }),
      width: 220,
      sort: 'name',
      isPinned: true,
      enterOpens: true,
      cell: (lead) => (
        <>
          <Avatar name={lead.name} size="small" />
          <Link
            to="."
            search={((before: Record<string, unknown>) => ({ ...before, lead: lead.id })) as never}
            tone="quiet"
            tabIndex={-1}
            className="min-w-0 truncate font-semibold"
            title={lead.name}
            dir="auto"
          >
            {lead.name}
          </Link>
        </>
      ),
      editor: textEditor('name', (lead) => lead.name),
    },
    {
      id: 'company',
      label: say({ id: 'field.company', defaultMessage: 'Company' }),
      width: 170,
      sort: 'company',
      cell: (lead) => <Words>{lead.company}</Words>,
      editor: textEditor('company', (lead) => lead.company ?? ''),
    },
    {
      id: 'title',
      label: say({ id: 'field.title', defaultMessage: 'Title' }),
      width: 150,
      cell: (lead) => <Words>{lead.title}</Words>,
      editor: textEditor('title', (lead) => lead.title ?? ''),
    },
    {
      id: 'email',
      label: say({ id: 'field.email', defaultMessage: 'E-mail' }),
      width: 210,
      cell: (lead) => <Words>{lead.email}</Words>,
      editor: textEditor('email', (lead) => lead.email ?? '', 'email'),
    },
    {
      id: 'phone',
      label: say({ id: 'field.phone', defaultMessage: 'Phone' }),
      width: 150,
      cell: (lead) => <Words>{lead.phoneDisplay ?? lead.phone}</Words>,
      editor: textEditor('phone', (lead) => lead.phone ?? '', 'tel'),
    },
    {
      id: 'source',
      label: say({ id: 'field.source', defaultMessage: 'Source' }),
      width: 110,
      sort: 'source',
      cell: (lead) => <Words>{lead.source}</Words>,
      editor: textEditor('source', (lead) => lead.source),
    },
  ];
}

function choiceColumns({ directory, session }: ColumnNeeds): LeadColumn[] {
  const mayMove = session.can('leads:move');
  const mayAssign = session.can('leads:assign');
  const stageRight = say({
    id: 'lead.move.right',
    defaultMessage: 'Your role may not move leads. An administrator can allow it.',
  });
  const ownerRight = say({
    id: 'lead.assign.right',
    defaultMessage: 'Your role may not assign leads. An administrator can allow it.',
  });
  return [
    {
      id: 'stage',
      label: say({ id: 'field.stage', defaultMessage: 'Stage' }),
      width: 140,
      cell: (lead) => {
        const stage = directory.stage(lead.stageId);
        return stage && <StagePill name={stage.name} color={stage.color} type={stage.type} />;
      },
      locked: () => (mayMove ? undefined : stageRight),
      editor: (props) => (
        <ChoiceEditor
          {...props}
          find={say({ id: 'lead.stage.find', defaultMessage: 'Find a stage' })}
          value={props.row.stageId}
          options={directory.stages.map((it) => ({
            id: it.id,
            label: stageName(directory, it.id),
            icon: <StageMark color={it.color} type={it.type} />,
          }))}
        />
      ),
    },
    {
      id: 'pipeline',
      label: say({ id: 'field.pipeline', defaultMessage: 'Pipeline' }),
      width: 130,
      cell: (lead) => <Words>{directory.pipeline(lead.pipelineId)?.name}</Words>,
    },
    {
      id: 'owner',
      label: say({ id: 'field.owner', defaultMessage: 'Owner' }),
      width: 150,
      cell: (lead) => {
        const owner = directory.member(lead.assignedTo);
        return (
          owner && (
            <>
              <Avatar name={owner.name} size="small" />
              <Words>{owner.name}</Words>
            </>
          )
        );
      },
      locked: () => (mayAssign ? undefined : ownerRight),
      editor: (props) => (
        <ChoiceEditor
          {...props}
          find={say({ id: 'lead.owner.find', defaultMessage: 'Find a person' })}
          value={props.row.assignedTo ?? 'nobody'}
          options={[
            { id: 'nobody', label: say({ id: 'lead.owner.none', defaultMessage: 'Nobody' }) },
            ...directory.members.map((it) => ({
              id: it.userId,
              label: it.name,
              icon: <Avatar name={it.name} size="small" />,
            })),
          ]}
        />
      ),
    },
    {
      id: 'tags',
      label: say({ id: 'field.tags', defaultMessage: 'Tags' }),
      width: 180,
      cell: (lead) => (
        <span className="flex min-w-0 gap-1 overflow-hidden" title={lead.tags.join(', ')}>
          {lead.tags.map((tag) => (
            <span key={tag} className="shrink-0 max-w-32" dir="auto">
              <Badge>{tag}</Badge>
            </span>
          ))}
        </span>
      ),
      editor: (props) => <TagsEditor {...props} value={props.row.tags} />,
    },
  ];
}

function amountColumns({ format, session }: ColumnNeeds): LeadColumn[] {
  return [
    {
      id: 'value',
      label: say({ id: 'field.value', defaultMessage: 'Value' }),
      width: 110,
      align: 'end',
      sort: 'value',
      cell: (lead) =>
        lead.value == null ? undefined : (
          <span className="truncate tabular-nums">
            {format.money(lead.value, lead.currency ?? currencyOf(session))}
          </span>
        ),
      editor: textEditor('value', (lead) => (lead.value == null ? '' : String(lead.value)), 'decimal'),
    },
    {
      id: 'score',
      label: say({ id: 'field.score', defaultMessage: 'Score' }),
      width: 110,
      align: 'end',
      sort: 'score',
      cell: (lead) => <ScoreBar value={lead.score} />,
      editor: textEditor('score', (lead) => String(lead.score), 'decimal'),
    },
  ];
}

function timeColumns({ format }: ColumnNeeds): LeadColumn[] {
  const column = (
    id: string,
    label: string,
    at: (lead: Lead) => string | null | undefined,
    sort?: string,
  ): LeadColumn => ({
    id,
    label,
    width: 120,
    ...(sort !== undefined && { sort }),
    cell: (lead) => {
      const value = at(lead);
      return (
        value && (
          <time dateTime={value} title={format.exact(value)} className="truncate text-muted">
            {format.ago(value)}
          </time>
        )
      );
    },
  });
  return [
    column('created', say({ id: 'field.created', defaultMessage: 'Created' }), (lead) => lead.createdAt, 'createdAt'),
    column('updated', say({ id: 'field.updated', defaultMessage: 'Changed' }), (lead) => lead.updatedAt, 'updatedAt'),
    column(
      'stageChanged',
      say({ id: 'field.stageChanged', defaultMessage: 'Came into its stage' }),
      (lead) => lead.stageChangedAt,
    ),
    column('converted', say({ id: 'field.converted', defaultMessage: 'Converted' }), (lead) => lead.convertedAt),
    column(
      'lastSubmission',
      say({ id: 'field.lastSubmission', defaultMessage: 'Came in again' }),
      (lead) => lead.lastSubmissionAt,
    ),
  ];
}

function customColumn(field: Field, { format, session }: ColumnNeeds): LeadColumn {
  const of = (lead: Lead) => customValues(lead)[field.key];
  const isAmount = field.type === 'number' || field.type === 'money';
  return {
    id: `customFields.${field.key}`,
    label: field.name,
    width: 140,
    ...(isAmount && { align: 'end' as const }),
    cell: (lead) => <Words>{shownValue(of(lead), field, format, lead.currency ?? currencyOf(session))}</Words>,
    editor: customEditor(field, of),
  };
}

function customEditor(field: Field, of: (lead: Lead) => unknown): NonNullable<LeadColumn['editor']> {
  const find = say({ id: 'lead.choice.find', defaultMessage: 'Find a choice' });
  switch (field.type) {
    case 'choice':
      return (props) => (
        <ChoiceEditor
          {...props}
          find={find}
          value={String(of(props.row) ?? '')}
          options={[
            { id: '', label: say({ id: 'lead.choice.none', defaultMessage: 'None' }) },
            ...field.options.map((id) => ({ id, label: id })),
          ]}
        />
      );
    case 'boolean':
      return (props) => (
        <ChoiceEditor
          {...props}
          commit={(value, after) => props.commit(value === '' ? null : value === 'true', after)}
          find={find}
          value={of(props.row) === undefined ? '' : String(of(props.row))}
          options={[
            { id: 'true', label: say({ id: 'filter.yes', defaultMessage: 'yes' }) },
            { id: 'false', label: say({ id: 'filter.no', defaultMessage: 'no' }) },
            { id: '', label: say({ id: 'lead.choice.none', defaultMessage: 'None' }) },
          ]}
        />
      );
    case 'multiChoice':
      return (props) => (
        <ManyEditor {...props} options={field.options} value={[of(props.row) ?? []].flat().map(String)} />
      );
    case 'date':
      return (props) => <DayEditor {...props} value={String(of(props.row) ?? '')} />;
    default:
      return (props) => (
        <TextEditor
          {...props}
          value={of(props.row) === undefined ? '' : String(of(props.row))}
          inputMode={inputModeOf(field.type)}
        />
      );
  }
}
