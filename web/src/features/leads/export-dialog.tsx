import { Download } from 'lucide-react';
import { useState } from 'react';
import { announce } from '~/app/announce';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { toQuery } from '~/kit/filter/condition';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Checkbox } from '~/ui/checkbox';
import { Dialog } from '~/ui/dialog';
import { Segmented } from '~/ui/segmented';
import { Select } from '~/ui/select';
import { toast } from '~/app/toast';
import type { ListState } from './list-state';

interface Props {
  state: ListState;
  total: number | undefined;
  isCapped: boolean;
  onClose: () => void;
}

type Delimiter = 'comma' | 'semicolon' | 'tab';

/** The columns of the table by their names in a file. */
const IN_A_FILE: Record<string, string> = {
  stage: 'stageName',
  pipeline: 'pipelineName',
  owner: 'assignedToName',
  created: 'createdAt',
  updated: 'updatedAt',
  stageChanged: 'stageChangedAt',
  converted: 'convertedAt',
  lastSubmission: 'lastSubmissionAt',
};

/** More than so many signs do not fit into an address, by which a file is downloaded. */
const LONGEST_FILTER = 4500;

/** Takes the leads of the list out as a file. The browser writes it while it comes, however long it is. */
export default function ExportDialog({ state, total, isCapped, onClose }: Props) {
  const text = useText();
  const format = useFormats();
  const [kind, setKind] = useState<'csv' | 'ndjson'>('csv');
  const [scope, setScope] = useState<'shown' | 'all'>('shown');
  const [names, setNames] = useState(true);
  const [bom, setBom] = useState(false);
  const [delimiter, setDelimiter] = useState<Delimiter>('comma');
  const query = toQuery(state.filter);
  const isTooLong = (query.where?.length ?? 0) > LONGEST_FILTER;
  const parameters = new URLSearchParams({ format: kind });
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  if (scope === 'shown') parameters.set('columns', state.places.map(({ id }) => IN_A_FILE[id] ?? id).join(','));
  if (kind === 'csv') {
    parameters.set('names', names ? 'display' : 'keys');
    parameters.set('delimiter', delimiter);
    if (bom) parameters.set('bom', 'true');
  }
  const isInOrder = state.sort.by === 'createdAt' || (total ?? 0) <= 200_000;
  if (isInOrder) {
    parameters.set('sortBy', state.sort.by);
    parameters.set('sortOrder', state.sort.descending ? 'desc' : 'asc');
  }
  const count = text(
    { id: 'export.count', defaultMessage: '{count, plural, one {# lead} other {# leads}}' },
    { count: total ?? 0 },
  );
  const start = () => {
    if (isTooLong) return;
    // A link of the page's own address: the browser streams it to the disk, and the session's cookie goes along.
    const link = document.createElement('a');
    link.href = `/api/leads/export?${parameters}`;
    link.download = '';
    link.click();
    const words = text({
      id: 'export.begun',
      defaultMessage: 'The file is on its way; the browser shows how far it is.',
    });
    toast({ tone: 'info', text: words });
    announce(words);
    onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="small"
      title={text({ id: 'export.title', defaultMessage: 'Export leads' })}
      lead={
        state.filter.root.members.length > 0 || state.filter.search
          ? text(
              {
                id: 'export.lead.filter',
                defaultMessage: 'The file holds the {count} of this filter. The audit log says who took it.',
              },
              { count: count + (isCapped ? '+' : '') },
            )
          : text(
              {
                id: 'export.lead.all',
                defaultMessage: 'The file holds all {count} that you see. The audit log says who took it.',
              },
              { count: count + (isCapped ? '+' : '') },
            )
      }
      onConfirm={start}
      footer={
        <>
          <Button onPress={onClose}>{text({ id: 'ui.dialog.cancel', defaultMessage: 'Cancel' })}</Button>
          <Button
            tone="primary"
            icon={<Download size={15} />}
            onPress={start}
            {...(isTooLong && {
              reason: text({
                id: 'export.long',
                defaultMessage: 'The filter is too long for a download. Make it shorter.',
              }),
            })}
          >
            {text(
              { id: 'export.do', defaultMessage: 'Export {count}' },
              { count: `${format.number(total ?? 0)}${isCapped ? '+' : ''}` },
            )}
          </Button>
        </>
      }
    >
      <div className="flex flex-col items-start gap-4 py-1">
        <Segmented
          label={text({ id: 'export.format', defaultMessage: 'Format' })}
          value={kind}
          onChange={setKind}
          segments={[
            { id: 'csv', label: text({ id: 'export.csv', defaultMessage: 'CSV, for spreadsheets' }) },
            { id: 'ndjson', label: text({ id: 'export.ndjson', defaultMessage: 'NDJSON, for programs' }) },
          ]}
        />
        <Segmented
          label={text({ id: 'export.columns', defaultMessage: 'Columns' })}
          value={scope}
          onChange={setScope}
          segments={[
            {
              id: 'shown',
              label: text(
                { id: 'export.shown', defaultMessage: 'The {count} that are shown' },
                { count: state.places.length },
              ),
            },
            { id: 'all', label: text({ id: 'export.all', defaultMessage: 'All fields' }) },
          ]}
        />
        {kind === 'csv' && (
          <>
            <Select
              label={text({ id: 'export.delimiter', defaultMessage: 'Cells are separated by' })}
              value={delimiter}
              onChange={setDelimiter}
              options={[
                { id: 'comma', label: text({ id: 'export.comma', defaultMessage: 'Comma' }) },
                { id: 'semicolon', label: text({ id: 'export.semicolon', defaultMessage: 'Semicolon' }) },
                { id: 'tab', label: text({ id: 'export.tab', defaultMessage: 'Tab' }) },
              ]}
              className="w-full"
            />
            <Checkbox isSelected={names} onChange={setNames}>
              {text({ id: 'export.names', defaultMessage: 'Names for people in the first row' })}
            </Checkbox>
            <Checkbox
              isSelected={bom}
              onChange={setBom}
              hint={text({ id: 'export.bom.hint', defaultMessage: 'When umlauts look wrong in a spreadsheet.' })}
            >
              {text({ id: 'export.bom', defaultMessage: 'Mark the file as UTF-8' })}
            </Checkbox>
          </>
        )}
        {!isInOrder && (
          <Banner tone="info" className="w-full">
            {text({
              id: 'export.order',
              defaultMessage: 'More than 200,000 leads come in the order in which they were created.',
            })}
          </Banner>
        )}
      </div>
    </Dialog>
  );
}
