import { Download } from 'lucide-react';
import { useState } from 'react';
import { announce } from '~/app/announce';
import { say, useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Checkbox } from '~/ui/checkbox';
import { Dialog } from '~/ui/dialog';
import { Segmented } from '~/ui/segmented';
import { Select } from '~/ui/select';
import { toast } from '~/app/toast';
import { type Selection, countSelected } from '~/ui/data-table/selection';
import { type ExportFormat, type ExportWish, MOST_IN_MEMORY, addressOf, narrowed, takeOut } from './export-file';
import type { ListState } from './list-state';

interface Props {
  state: ListState;
  /** What of the list is meant; nothing selected is all of it. */
  selection: Selection;
  total: number | undefined;
  isCapped: boolean;
  onClose: () => void;
}

const FORMATS = ['csv', 'xlsx', 'ndjson', 'parquet'] as const satisfies readonly ExportFormat[];

function formatWords(format: ExportFormat): string {
  switch (format) {
    case 'csv':
      return say({ id: 'export.csv', defaultMessage: 'CSV, for spreadsheets and everything else' });
    case 'xlsx':
      return say({ id: 'export.xlsx', defaultMessage: 'Excel workbook (XLSX)' });
    case 'ndjson':
      return say({ id: 'export.ndjson', defaultMessage: 'NDJSON, for programs' });
    case 'parquet':
      return say({ id: 'export.parquet', defaultMessage: 'Parquet, for data warehouses' });
  }
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

/** A file of more leads than this is in the order of creation, whatever was asked for. */
const MOST_SORTED = 200_000;

/** Takes the leads of the list, or those that are selected in it, out as a file, however many there are. */
export default function ExportDialog({ state, selection, total: found, isCapped: isFoundCapped, onClose }: Props) {
  const text = useText();
  const format = useFormats();
  const [kind, setKind] = useState<ExportFormat>('csv');
  const [scope, setScope] = useState<'shown' | 'all'>('shown');
  const [names, setNames] = useState(true);
  const [bom, setBom] = useState(false);
  const [delimiter, setDelimiter] = useState<Delimiter>('comma');
  const chosen = countSelected(selection, found ?? 0);
  const isPart = chosen > 0 && !(selection.mode === 'all' && selection.except.size === 0);
  const total = isPart ? chosen : (found ?? 0);
  const isCapped = isFoundCapped && !(isPart && selection.mode === 'some');
  const filter = isPart ? narrowed(state.serverFilter, selection) : state.serverFilter;
  const isInOrder = state.sort.by === 'createdAt' || total <= MOST_SORTED;
  const wish: ExportWish = {
    format: kind,
    ...(scope === 'shown' && { columns: state.places.map(({ id }) => IN_A_FILE[id] ?? id) }),
    ...((kind === 'csv' || kind === 'xlsx') && { names: names ? 'display' : 'keys' }),
    ...(kind === 'csv' && { delimiter, ...(bom && { bom }) }),
    ...(isInOrder && { sortBy: state.sort.by, sortOrder: state.sort.descending ? 'desc' : 'asc' }),
  };
  const isTooLong = addressOf(filter, wish) === undefined && (isCapped || total > MOST_IN_MEMORY);
  const count = text(
    { id: 'export.count', defaultMessage: '{count, plural, one {# lead} other {# leads}}' },
    { count: total },
  );
  const start = () => {
    if (isTooLong) return;
    takeOut(filter, wish).catch((problem: unknown) => {
      toast({ tone: 'danger', text: problem instanceof Error ? problem.message : String(problem) });
    });
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
        isPart
          ? text(
              {
                id: 'export.lead.selected',
                defaultMessage: 'The file holds the {count} that you selected. The audit log says who took it.',
              },
              { count: count + (isCapped ? '+' : '') },
            )
          : state.filter.root.members.length > 0 || state.filter.search
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
                defaultMessage: 'The filter is too long for a file of so many leads. Make one of the two smaller.',
              }),
            })}
          >
            {text(
              { id: 'export.do', defaultMessage: 'Export {count}' },
              { count: `${format.number(total)}${isCapped ? '+' : ''}` },
            )}
          </Button>
        </>
      }
    >
      <div className="flex flex-col items-start gap-4 py-1">
        <Select
          label={text({ id: 'export.format', defaultMessage: 'Format' })}
          value={kind}
          onChange={setKind}
          options={FORMATS.map((id) => ({ id, label: formatWords(id) }))}
          className="w-full"
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
        )}
        {(kind === 'csv' || kind === 'xlsx') && (
          <Checkbox isSelected={names} onChange={setNames}>
            {text({ id: 'export.names', defaultMessage: 'Names for people in the first row' })}
          </Checkbox>
        )}
        {kind === 'csv' && (
          <Checkbox
            isSelected={bom}
            onChange={setBom}
            hint={text({ id: 'export.bom.hint', defaultMessage: 'When umlauts look wrong in a spreadsheet.' })}
          >
            {text({ id: 'export.bom', defaultMessage: 'Mark the file as UTF-8' })}
          </Checkbox>
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
