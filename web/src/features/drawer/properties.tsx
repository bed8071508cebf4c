import type { ReactNode } from 'react';
import type { Field } from '~/api/queries/fields';
import { type Lead, customValues, displayNames } from '~/api/queries/leads';
import type { Session } from '~/app/session';
import type { Formats } from '~/i18n/formats';
import { say } from '~/i18n';
import type { Directory } from '~/kit/directory';
import { currencyOf, inputModeOf, shownValue } from '~/kit/field-values';
import { stageName } from '~/kit/filter/words';
import { Avatar } from '~/ui/avatar';
import { OutsideLink } from '~/ui/link';
import { ScoreBar } from '~/ui/score-bar';
import { StageMark } from '~/ui/stage-pill';

export interface Choice {
  id: string;
  label: string;
  icon?: ReactNode;
}

/** A field of a lead: how it is shown, and how it is edited. */
export interface Property {
  /** As the table and saved views name it. */
  id: string;
  /** As the history names it. */
  history: string;
  label: string;
  /** Why it cannot be changed. */
  locked?: string | undefined;
  /** What is edited. */
  value: string;
  shown?: ReactNode;
  /** `shown` is a link, beside which stands what edits it. */
  isLink?: boolean;
  /** The key of a custom field, for programs. */
  hint?: string;
  edit:
    | { kind: 'text'; inputMode: ReturnType<typeof inputModeOf>; maxLength: number }
    | { kind: 'choice'; choices: readonly Choice[]; find: string }
    | { kind: 'day' }
    | { kind: 'many'; options: readonly string[]; chosen: readonly string[] }
    | { kind: 'none' };
}

export interface PropertyNeeds {
  directory: Directory;
  format: Formats;
  session: Session;
}

const NO_RIGHT = () =>
  say({ id: 'lead.edit.right', defaultMessage: 'Your role may not change leads. An administrator can allow it.' });

/** The fields that every lead has, besides the name, the stage and the tags. */
export function plainProperties(lead: Lead, needs: PropertyNeeds): Property[] {
  const { session } = needs;
  const locked = session.can('leads:edit') && !lead.deletedAt ? undefined : lockedWords(lead);
  const text = (id: string, label: string, value: string | null | undefined, shown?: ReactNode): Property => ({
    id,
    history: id,
    label,
    locked,
    value: value ?? '',
    ...(shown !== undefined && { shown, isLink: true }),
    edit: { kind: 'text', inputMode: inputModeOf(id as Field['type']), maxLength: id === 'email' ? 254 : 200 },
  });
  return [
    text(
      'email',
      say({ id: 'field.email', defaultMessage: 'E-mail' }),
      lead.email,
      link(`mailto:${lead.email}`, lead.email),
    ),
    text(
      'phone',
      say({ id: 'field.phone', defaultMessage: 'Phone' }),
      lead.phone,
      link(`tel:${lead.phone}`, lead.phoneDisplay ?? lead.phone),
    ),
    text('company', say({ id: 'field.company', defaultMessage: 'Company' }), lead.company),
    text('title', say({ id: 'field.title', defaultMessage: 'Title' }), lead.title),
    owner(lead, needs),
    amount(lead, needs, locked),
    score(lead, locked),
    text('source', say({ id: 'field.source', defaultMessage: 'Source' }), lead.source),
  ];
}

const link = (href: string, words: string | null | undefined): ReactNode =>
  words ? (
    <OutsideLink href={href} className="inline-block min-h-6 max-w-full truncate align-middle leading-6">
      {words}
    </OutsideLink>
  ) : undefined;

function lockedWords(lead: Lead): string {
  return lead.deletedAt
    ? say({ id: 'lead.edit.trash', defaultMessage: 'It is in the trash. Restore it to change it.' })
    : NO_RIGHT();
}

function owner(lead: Lead, { directory, session }: PropertyNeeds): Property {
  const person = directory.member(lead.assignedTo);
  const locked = lead.deletedAt
    ? lockedWords(lead)
    : say({
        id: 'lead.assign.right',
        defaultMessage: 'Your role may not assign leads. An administrator can allow it.',
      });
  return {
    id: 'owner',
    history: 'assignedTo',
    label: say({ id: 'field.owner', defaultMessage: 'Owner' }),
    locked: session.can('leads:assign') && !lead.deletedAt ? undefined : locked,
    value: lead.assignedTo ?? 'nobody',
    shown: person && (
      <span className="flex min-w-0 items-center gap-1.5">
        <Avatar name={person.name} size="small" />
        <span className="truncate">{person.name}</span>
      </span>
    ),
    edit: {
      kind: 'choice',
      find: say({ id: 'lead.owner.find', defaultMessage: 'Find a person' }),
      choices: [
        { id: 'nobody', label: say({ id: 'lead.owner.none', defaultMessage: 'Nobody' }) },
        ...directory.members.map((it) => ({
          id: it.userId,
          label: it.name,
          icon: <Avatar name={it.name} size="small" />,
        })),
      ],
    },
  };
}

function amount(lead: Lead, { format, session }: PropertyNeeds, locked: string | undefined): Property {
  return {
    id: 'value',
    history: 'value',
    label: say({ id: 'field.value', defaultMessage: 'Value' }),
    locked,
    value: lead.value == null ? '' : String(lead.value),
    shown: lead.value == null ? undefined : format.money(lead.value, lead.currency ?? currencyOf(session)),
    edit: { kind: 'text', inputMode: 'decimal', maxLength: 30 },
  };
}

function score(lead: Lead, locked: string | undefined): Property {
  return {
    id: 'score',
    history: 'score',
    label: say({ id: 'field.score', defaultMessage: 'Score' }),
    locked,
    value: String(lead.score),
    shown: <ScoreBar value={lead.score} isWide />,
    edit: { kind: 'text', inputMode: 'decimal', maxLength: 3 },
  };
}

/** The stage as a property, for places without the stepper. */
export function stageChoices(directory: Directory): Choice[] {
  return directory.stages.map((it) => ({
    id: it.id,
    label: stageName(directory, it.id),
    icon: <StageMark color={it.color} type={it.type} />,
  }));
}

/** The custom fields that are defined, and behind them what merely came in with the lead. */
export function customProperties(lead: Lead, needs: PropertyNeeds): Property[] {
  const { directory, format, session } = needs;
  const values = customValues(lead);
  const names = displayNames(lead);
  const locked = session.can('leads:edit') && !lead.deletedAt ? undefined : lockedWords(lead);
  const currency = lead.currency ?? currencyOf(session);
  const defined = directory.fields.map((field) =>
    customProperty(field, values[field.key], { locked, format, currency }),
  );
  const others = Object.keys(values).filter((key) => !directory.field(key));
  const came = others.map((key): Property => {
    const value = values[key];
    const isPlain = typeof value !== 'object' || value === null;
    return {
      id: `customFields.${key}`,
      history: `customFields.${key}`,
      label: names[key] ?? key,
      hint: key,
      locked,
      value: isPlain ? String(value ?? '') : JSON.stringify(value),
      shown: shownValue(value, undefined, format, currency),
      edit: isPlain ? { kind: 'text', inputMode: 'text', maxLength: 10_000 } : { kind: 'none' },
    };
  });
  return [...defined, ...came];
}

interface CustomNeeds {
  locked: string | undefined;
  format: Formats;
  currency: string;
}

function customProperty(field: Field, value: unknown, { locked, format, currency }: CustomNeeds): Property {
  const words = shownValue(value, field, format, currency);
  const text =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  const isLink = field.type === 'url' && /^https?:\/\//i.test(text);
  return {
    id: `customFields.${field.key}`,
    history: `customFields.${field.key}`,
    label: field.name,
    hint: field.key,
    locked,
    value: field.type === 'multiChoice' ? words : text,
    shown: isLink ? link(text, text) : words,
    isLink,
    edit: editOf(field, value),
  };
}

function editOf(field: Field, value: unknown): Property['edit'] {
  const find = say({ id: 'lead.choice.find', defaultMessage: 'Find a choice' });
  const none = { id: '', label: say({ id: 'lead.choice.none', defaultMessage: 'None' }) };
  switch (field.type) {
    case 'choice':
      return { kind: 'choice', find, choices: [none, ...field.options.map((id) => ({ id, label: id }))] };
    case 'boolean':
      return {
        kind: 'choice',
        find,
        choices: [
          { id: 'true', label: say({ id: 'filter.yes', defaultMessage: 'yes' }) },
          { id: 'false', label: say({ id: 'filter.no', defaultMessage: 'no' }) },
          none,
        ],
      };
    case 'multiChoice':
      return { kind: 'many', options: field.options, chosen: [value ?? []].flat().map(String) };
    case 'date':
      return { kind: 'day' };
    default:
      return { kind: 'text', inputMode: inputModeOf(field.type), maxLength: 10_000 };
  }
}

/** A choice of true or false is sent as such. */
export function sentValue(property: Property, field: Field | undefined, chosen: unknown): unknown {
  if (field?.type !== 'boolean' || property.edit.kind !== 'choice') return chosen;
  return chosen === '' ? null : chosen === 'true';
}
