import { ArrowDown, ArrowUp } from 'lucide-react';
import type { Import, ImportPlan } from '~/api/queries/imports';
import { announce } from '~/app/announce';
import { useText } from '~/i18n';
import { useDirectory } from '~/kit/directory';
import { useKnownTags } from '~/kit/cell-editors';
import { Banner } from '~/ui/banner';
import { Checkbox } from '~/ui/checkbox';
import { ComboBox } from '~/ui/combo-box';
import { IconButton } from '~/ui/icon-button';
import { Select } from '~/ui/select';
import { Switch } from '~/ui/switch';
import { TextField } from '~/ui/text-field';
import { TokensField } from '~/ui/tokens-field';
import { Panel, useOfflineReason } from './parts';
import { constantOf, withConstant } from './plan';
import { StepFooter, type StepProps } from './step-footer';
import { hasRun, isOpen } from './steps';
import { type PlanSaver, usePlan } from './use-plan';

type Decisions = NonNullable<ImportPlan['decide']>;

interface PartProps {
  known: Import;
  plan: PlanSaver;
  isLocked: boolean;
}

/** What happens to people who are there already, and where the leads land. */
export function DecideStep({ known, onStep }: StepProps) {
  const text = useText();
  const plan = usePlan(known.id);
  const offline = useOfflineReason();
  const isLocked = !isOpen(known.state) || offline !== undefined;
  return (
    <>
      {hasRun(known.state) && (
        <Banner>{text({ id: 'imports.locked', defaultMessage: 'The import has run, so this stays as it was.' })}</Banner>
      )}
      {offline !== undefined && <Banner tone="warning">{offline}</Banner>}
      {plan.problem && (
        <Banner tone="danger" title={plan.problem.detail}>
          {Object.values(plan.problem.errors).flat().join(', ')}
        </Banner>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Matches known={known} plan={plan} isLocked={isLocked} />
        <Landing known={known} plan={plan} isLocked={isLocked} />
      </div>
      <StepFooter known={known} step="decide" onStep={onStep} />
    </>
  );
}

function Matches({ known, plan, isLocked }: PartProps) {
  const text = useText();
  const decide = known.plan.decide ?? {};
  const change = (part: Partial<Decisions>) => plan.change({ decide: { ...decide, ...part } });
  const mode = decide.mode ?? 'both';
  return (
    <Panel title={text({ id: 'imports.matches', defaultMessage: 'People who are there already' })}>
      <Select
        label={text({ id: 'imports.mode', defaultMessage: 'Take in' })}
        value={mode}
        isDisabled={isLocked}
        onChange={(next) => change({ mode: next })}
        options={[
          { id: 'both', label: text({ id: 'imports.mode.both', defaultMessage: 'New people and those who are there' }) },
          { id: 'create', label: text({ id: 'imports.mode.create', defaultMessage: 'New people only' }) },
          { id: 'update', label: text({ id: 'imports.mode.update', defaultMessage: 'Only people who are there' }) },
        ]}
      />
      {mode !== 'create' && (
        <Select
          label={text({ id: 'imports.onMatch', defaultMessage: 'Somebody who is there' })}
          value={decide.onMatch ?? 'update'}
          isDisabled={isLocked}
          onChange={(onMatch) => change({ onMatch })}
          options={[
            {
              id: 'update',
              label: text({ id: 'imports.onMatch.update', defaultMessage: 'Is updated' }),
              hint: text({ id: 'imports.onMatch.update.hint', defaultMessage: 'As each column says: fill if empty, or overwrite' }),
            },
            { id: 'skip', label: text({ id: 'imports.onMatch.skip', defaultMessage: 'Is left alone' }) },
            { id: 'createAnyway', label: text({ id: 'imports.onMatch.create', defaultMessage: 'Gets a second lead' }) },
            {
              id: 'review',
              label: text({ id: 'imports.onMatch.review', defaultMessage: 'Gets a second lead, to be compared' }),
              hint: text({ id: 'imports.onMatch.review.hint', defaultMessage: 'It stands among the duplicates afterwards' }),
            },
          ]}
        />
      )}
      <MatchKeys chosen={decide.matchBy ?? []} isLocked={isLocked} onChange={(matchBy) => change({ matchBy })} />
      <div className="flex flex-col gap-3 border-t border-line pt-3">
        <Switch
          isSelected={decide.assign ?? true}
          isDisabled={isLocked}
          onChange={(assign) => change({ assign })}
          hint={text({ id: 'imports.assign.hint', defaultMessage: 'New leads that the file gives to nobody are given to people as your rules say.' })}
        >
          {text({ id: 'imports.assign', defaultMessage: 'Assign by rules' })}
        </Switch>
        <Switch
          isSelected={decide.automations ?? false}
          isDisabled={isLocked}
          onChange={(automations) => change({ automations })}
          hint={text({ id: 'imports.automations.hint', defaultMessage: 'Otherwise nobody is written to because of this import.' })}
        >
          {text({ id: 'imports.automations', defaultMessage: 'Start automations' })}
        </Switch>
      </div>
    </Panel>
  );
}

/** By what people are known, in this order; the first that a row has decides. */
function MatchKeys({ chosen, isLocked, onChange }: { chosen: readonly string[]; isLocked: boolean; onChange: (keys: string[]) => void }) {
  const text = useText();
  const directory = useDirectory();
  const names: Record<string, string> = {
    externalId: text({ id: 'imports.match.externalId', defaultMessage: 'Id in the other system' }),
    email: text({ id: 'imports.match.email', defaultMessage: 'E-mail' }),
    phone: text({ id: 'imports.match.phone', defaultMessage: 'Phone' }),
    nameAndCompany: text({ id: 'imports.match.name', defaultMessage: 'Name and company' }),
    ...Object.fromEntries(directory.fields.filter((it) => it.unique).map((it) => [`customFields.${it.key}`, it.name])),
  };
  const order = [...chosen, ...Object.keys(names).filter((it) => !chosen.includes(it))];
  const move = (key: string, step: -1 | 1, button: Element) => {
    const at = chosen.indexOf(key);
    const next = chosen.toSpliced(at, 1).toSpliced(at + step, 0, key);
    onChange(next);
    // A row that changes its place in the page loses the focus on its way.
    requestAnimationFrame(() => (button as HTMLElement).focus());
    announce(text({ id: 'imports.match.moved', defaultMessage: '{name}, place {place} of {count}' }, { name: names[key] ?? key, place: at + step + 1, count: chosen.length }));
  };
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-small font-medium">{text({ id: 'imports.match', defaultMessage: 'Are known by, in this order' })}</legend>
      {order.map((key) => {
        const at = chosen.indexOf(key);
        const name = names[key] ?? key;
        return (
          <div key={key} className="flex min-h-control-small items-center gap-1">
            <Checkbox
              className="flex-1"
              isSelected={at >= 0}
              isDisabled={isLocked}
              onChange={(on) => onChange(on ? [...chosen, key] : chosen.filter((it) => it !== key))}
            >
              {name}
            </Checkbox>
            {at >= 0 && !isLocked && (
              <>
                <IconButton
                  size="small"
                  icon={<ArrowUp size={14} />}
                  label={text({ id: 'imports.match.up', defaultMessage: 'Move {name} up' }, { name })}
                  reason={at === 0 ? text({ id: 'imports.match.first', defaultMessage: 'It is the first.' }) : undefined}
                  onPress={(event) => move(key, -1, event.target)}
                />
                <IconButton
                  size="small"
                  icon={<ArrowDown size={14} />}
                  label={text({ id: 'imports.match.down', defaultMessage: 'Move {name} down' }, { name })}
                  reason={at === chosen.length - 1 ? text({ id: 'imports.match.last', defaultMessage: 'It is the last.' }) : undefined}
                  onPress={(event) => move(key, 1, event.target)}
                />
              </>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}

const FIRST = '-';

/** Where leads land that no column sends elsewhere. */
function Landing({ known, plan, isLocked }: PartProps) {
  const text = useText();
  const directory = useDirectory();
  const tags = useKnownTags();
  const isMany = directory.pipelines.length > 1;
  const set = (field: string, value: string) => plan.change({ constants: withConstant(known.plan, field, value) });
  const stage = directory.stages.find((it) => it.name === constantOf(known.plan, 'stage'));
  const owner = directory.members.find((it) => it.email === constantOf(known.plan, 'owner'));
  const source = constantOf(known.plan, 'source');
  return (
    <Panel
      title={text({ id: 'imports.landing', defaultMessage: 'Where new leads land' })}
      hint={text({ id: 'imports.landing.hint', defaultMessage: 'Where a column of the file says otherwise, the file counts.' })}
    >
      <Select
        label={text({ id: 'imports.stage', defaultMessage: 'Stage' })}
        value={stage?.id ?? FIRST}
        isDisabled={isLocked}
        onChange={(id) => set('stage', directory.stage(id)?.name ?? '')}
        options={[
          { id: FIRST, label: text({ id: 'imports.stage.first', defaultMessage: 'The first stage' }) },
          ...directory.stages.map((it) => ({
            id: it.id,
            label: it.name,
            ...(isMany && { hint: directory.pipeline(it.pipelineId)?.name ?? '' }),
          })),
        ]}
      />
      <ComboBox
        key={`${owner?.userId ?? ''}:${directory.members.length}`}
        label={text({ id: 'imports.owner', defaultMessage: 'Owner' })}
        value={owner?.userId ?? FIRST}
        isDisabled={isLocked}
        onChange={(id) => id !== null && set('owner', directory.member(id)?.email ?? '')}
        options={[
          { id: FIRST, label: text({ id: 'imports.owner.rules', defaultMessage: 'Nobody, or as the rules say' }) },
          ...directory.members.map((it) => ({ id: it.userId, label: it.name, hint: it.email })),
        ]}
      />
      {!isLocked && (
        <TokensField
          label={text({ id: 'imports.tags', defaultMessage: 'Tags' })}
          value={constantOf(known.plan, 'tags').split(',').map((it) => it.trim()).filter(Boolean)}
          suggestions={tags}
          onChange={(words) => set('tags', words.join(', '))}
          hint={text({ id: 'imports.tags.hint', defaultMessage: 'For rows without tags of their own.' })}
        />
      )}
      <TextField
        key={source}
        label={text({ id: 'imports.source', defaultMessage: 'Source' })}
        placeholder={text({ id: 'imports.source.hint', defaultMessage: 'Such as “Fair 2026”' })}
        defaultValue={source}
        maxLength={200}
        isDisabled={isLocked}
        onBlur={(event) => {
          const typed = (event.target as HTMLInputElement).value.trim();
          if (typed !== source) set('source', typed);
        }}
      />
    </Panel>
  );
}
