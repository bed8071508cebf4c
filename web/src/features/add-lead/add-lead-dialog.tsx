import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useAction } from '~/api/action';
import type { Problem } from '~/api/client';
import { type LeadCheck, leadMatchesQuery } from '~/api/queries/matches';
import { announce } from '~/app/announce';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { useKnownTags } from '~/kit/cell-editors';
import { problemWords } from '~/kit/lead-actions';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Checkbox } from '~/ui/checkbox';
import { Dialog } from '~/ui/dialog';
import { TextField } from '~/ui/text-field';
import { TokensField } from '~/ui/tokens-field';
import { type NewLead, addToLead, createLead } from './actions';
import { MatchPanel } from './match-panel';

interface Props {
  /** The stage under which it is added; by default the first. */
  stageId?: string | undefined;
  onClose: () => void;
  onOpen: (id: string) => void;
}

type Name = 'name' | 'email' | 'phone' | 'company' | 'title';
const NAMES: readonly Name[] = ['name', 'email', 'phone', 'company', 'title'];
const BLANK = { name: '', email: '', phone: '', company: '', title: '' };
const PAUSE_MS = 300;

/** A new lead by hand, with a look at who is there already while one types. */
export default function AddLeadDialog({ stageId, onClose, onOpen }: Props) {
  const text = useText();
  const { workspace } = useSession();
  const [values, setValues] = useState<Record<Name, string>>(BLANK);
  const [tags, setTags] = useState<string[]>([]);
  const [isMore, setMore] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [missing, setMissing] = useState(false);
  const known = useKnownTags();
  const create = useAction(createLead);
  const join = useAction({ ...addToLead, refused: () => true });
  const first = useRef<HTMLInputElement>(null);
  const matches = useMatches(values);
  const isDirty = NAMES.some((name) => values[name].trim() !== '') || tags.length > 0;

  const set = (name: Name) => (value: string) => {
    setValues((before) => ({ ...before, [name]: value }));
    setMissing(false);
    if (problem?.errors[name]) setProblem(undefined);
  };
  const reset = () => {
    setValues(BLANK);
    setTags([]);
    setProblem(undefined);
    first.current?.focus();
  };
  const save = async () => {
    if (create.pending || join.pending) return;
    const body = bodyOf(values, tags, stageId);
    if (!body.name && !body.email && !body.phone) {
      setMissing(true);
      first.current?.focus();
      return;
    }
    const outcome = await create.run(body);
    if (outcome.state === 'refused') return refuse(outcome.problem);
    if (isMore) return reset();
    onClose();
    if (outcome.state === 'done') onOpen(outcome.result.body.id);
  };
  const refuse = (refusal: Problem) => {
    setProblem(refusal);
    announce(problemWords(refusal, 'name'), 'assertive');
    const wrong = NAMES.find((name) => refusal.errors[name]);
    // The first field that is wrong has the focus.
    if (wrong)
      requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-field="${wrong}"] input`)?.focus());
  };
  const addTo = async (id: string, name: string) => {
    const outcome = await join.run({ id, name, body: bodyOf(values, tags, stageId) });
    if (outcome.state === 'refused') return refuse(outcome.problem);
    onClose();
    onOpen(id);
  };
  const errorOf = (name: Name) => (problem?.errors[name] ? problemWords(problem, name) : undefined);
  const isElsewhere = problem && NAMES.every((name) => !problem.errors[name]);
  const field = (name: Name, label: string, more: Partial<Parameters<typeof TextField>[0]> = {}) => (
    <div data-field={name} className="min-w-0">
      <TextField
        label={label}
        name={name}
        value={values[name]}
        onChange={set(name)}
        error={errorOf(name)}
        autoComplete="off"
        {...more}
      />
    </div>
  );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      isDirty={isDirty}
      title={text({ id: 'add.title', defaultMessage: 'Add lead' })}
      lead={text({
        id: 'add.lead',
        defaultMessage: 'A name is enough; an e-mail address or a phone number can stand in for it.',
      })}
      onConfirm={() => void save()}
      footer={
        <>
          <Checkbox isSelected={isMore} onChange={setMore} className="me-auto">
            {text({ id: 'add.more', defaultMessage: 'Add another' })}
          </Checkbox>
          <Button onPress={onClose}>{text({ id: 'ui.dialog.cancel', defaultMessage: 'Cancel' })}</Button>
          <Button tone="primary" type="submit" form="add-lead" isPending={create.pending}>
            {matches && matches.matches.length > 0
              ? text({ id: 'add.anyway', defaultMessage: 'Create anyway' })
              : text({ id: 'add.do', defaultMessage: 'Add lead' })}
          </Button>
        </>
      }
    >
      <form
        id="add-lead"
        noValidate
        className="flex flex-col gap-3.5 py-1"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {field('name', text({ id: 'field.name', defaultMessage: 'Name' }), {
          ref: first,
          autoFocus: true,
          maxLength: 200,
          error: missing
            ? text({ id: 'add.missing', defaultMessage: 'Enter a name, an e-mail address or a phone number.' })
            : errorOf('name'),
        })}
        <div className="grid gap-3.5 sm:grid-cols-2">
          {field('email', text({ id: 'field.email', defaultMessage: 'E-mail' }), {
            inputMode: 'email',
            maxLength: 254,
          })}
          {field('phone', text({ id: 'field.phone', defaultMessage: 'Phone' }), {
            inputMode: 'tel',
            hint: text(
              { id: 'add.phone.hint', defaultMessage: 'Without a country code: {country}' },
              { country: countryName(workspace.settings.defaultCountry ?? 'US') },
            ),
          })}
          {field('company', text({ id: 'field.company', defaultMessage: 'Company' }), { maxLength: 200 })}
          {field('title', text({ id: 'field.title', defaultMessage: 'Title' }), { maxLength: 200 })}
        </div>
        <TokensField
          label={text({ id: 'field.tags', defaultMessage: 'Tags' })}
          value={tags}
          onChange={setTags}
          suggestions={known}
        />
        {matches && (
          <MatchPanel matches={matches} onAddTo={(id, name) => void addTo(id, name)} isPending={join.pending} />
        )}
        {isElsewhere && <Banner tone="danger">{problemWords(problem, '')}</Banner>}
      </form>
    </Dialog>
  );
}

function countryName(code: string): string {
  return new Intl.DisplayNames(undefined, { type: 'region' }).of(code) ?? code;
}

function bodyOf(values: Record<Name, string>, tags: string[], stageId: string | undefined): NewLead {
  const body: NewLead = {};
  for (const name of NAMES) if (values[name].trim() !== '') body[name] = values[name].trim();
  if (tags.length > 0) body.tags = tags;
  if (stageId !== undefined) body.stageId = stageId;
  return body;
}

/** Asks after a pause in typing, and keeps the former answer until the next is there. */
function useMatches(values: Record<Name, string>) {
  const [asked, setAsked] = useState<LeadCheck>({});
  useEffect(() => {
    const timer = setTimeout(() => {
      const { name, email, phone, company } = values;
      setAsked({
        ...(name && { name }),
        ...(email && { email }),
        ...(phone && { phone }),
        ...(company && { company }),
      });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [values]);
  const query = leadMatchesQuery(asked);
  const { data } = useQuery({ ...query, placeholderData: (before) => before });
  return query.enabled ? data : undefined;
}
