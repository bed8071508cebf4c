import { useMemo, useState } from 'react';
import type { Lead } from '~/api/queries/leads';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { useKnownTags } from '~/kit/cell-editors';
import { useDirectory } from '~/kit/directory';
import { Badge } from '~/ui/badge';
import { Button } from '~/ui/button';
import { SearchField } from '~/ui/search-field';
import { TokensField } from '~/ui/tokens-field';
import { PropertyRow } from './property-row';
import { customProperties, plainProperties, type Property } from './properties';
import { Section } from './section';
import type { LeadSave } from './use-lead-save';

interface Props {
  lead: Lead;
  saving: LeadSave;
}

/** The fields of the lead, each edited where it stands. */
export function Details({ lead, saving }: Props) {
  const text = useText();
  const directory = useDirectory();
  const session = useSession();
  const format = useFormats();
  const properties = useMemo(
    () => plainProperties(lead, { directory, format, session }),
    [lead, directory, format, session],
  );
  return (
    <Section title={text({ id: 'drawer.details', defaultMessage: 'Details' })}>
      <dl className="flex flex-col gap-0.5">
        {properties.map((property) => (
          <PropertyRow key={property.id} lead={lead} property={property} saving={saving} />
        ))}
      </dl>
      <Tags lead={lead} saving={saving} />
    </Section>
  );
}

function Tags({ lead, saving }: Props) {
  const text = useText();
  const { can } = useSession();
  const known = useKnownTags();
  const label = text({ id: 'field.tags', defaultMessage: 'Tags' });
  const refusal = saving.refusals.get('tags');
  if (!can('leads:edit') || lead.deletedAt) {
    return (
      <div className="flex flex-wrap gap-1">
        {lead.tags.map((tag) => (
          <Badge key={tag}>{tag}</Badge>
        ))}
      </div>
    );
  }
  return (
    <TokensField
      label={label}
      value={lead.tags}
      onChange={(tags) => saving.save('tags', tags, label)}
      suggestions={known}
      placeholder={text({ id: 'drawer.tags.add', defaultMessage: 'Add a tag' })}
      error={refusal?.words}
    />
  );
}

/** So many empty fields are shown at once; more wait behind a button, or the search. */
const EMPTY_SHOWN = 6;
const SEARCH_FROM = 12;

/** Custom fields: what has a value first, and a way to each of the others however many there are. */
export function CustomFields({ lead, saving }: Props) {
  const text = useText();
  const directory = useDirectory();
  const session = useSession();
  const format = useFormats();
  const [needle, setNeedle] = useState('');
  const [isAll, setAll] = useState(false);
  const all = useMemo(() => customProperties(lead, { directory, format, session }), [lead, directory, format, session]);
  if (all.length === 0) return null;
  const low = needle.trim().toLocaleLowerCase();
  const matches = ({ label, hint }: Property) =>
    label.toLocaleLowerCase().includes(low) || (hint ?? '').toLocaleLowerCase().includes(low);
  const found = low === '' ? all : all.filter(matches);
  const filled = found.filter((it) => it.value !== '' || saving.refusals.has(it.id));
  const empty = found.filter((it) => !filled.includes(it));
  const shownEmpty = isAll || low !== '' ? empty : empty.slice(0, EMPTY_SHOWN);
  const rest = empty.length - shownEmpty.length;
  return (
    <Section title={text({ id: 'drawer.custom', defaultMessage: 'Custom fields' })} count={all.length}>
      {all.length > SEARCH_FROM && (
        <SearchField
          label={text({ id: 'drawer.custom.find', defaultMessage: 'Find a field' })}
          value={needle}
          onChange={setNeedle}
        />
      )}
      <dl className="flex flex-col gap-0.5">
        {[...filled, ...shownEmpty].map((property) => (
          <PropertyRow key={property.id} lead={lead} property={property} saving={saving} />
        ))}
      </dl>
      {found.length === 0 && (
        <p className="text-muted">{text({ id: 'ui.menu.none', defaultMessage: 'Nothing matches' })}</p>
      )}
      {rest > 0 && (
        <Button tone="quiet" size="small" className="self-start text-muted!" onPress={() => setAll(true)}>
          {text(
            {
              id: 'drawer.custom.more',
              defaultMessage: 'Show {count, plural, one {# empty field} other {# empty fields}}',
            },
            { count: rest },
          )}
        </Button>
      )}
    </Section>
  );
}
