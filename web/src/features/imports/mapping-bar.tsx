import { useQuery, useQueryClient } from '@tanstack/react-query';
import { BookmarkPlus, ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '~/api/action';
import { type Problem, api, bodyOf } from '~/api/client';
import { type Import, importMappingsQuery } from '~/api/queries/imports';
import { sentence } from '~/app/form';
import { useText } from '~/i18n';
import { useFormats } from '~/i18n/formats';
import { Banner } from '~/ui/banner';
import { Button } from '~/ui/button';
import { Dialog } from '~/ui/dialog';
import { MenuButton, type MenuEntries } from '~/ui/menu';
import { TextField } from '~/ui/text-field';
import type { PlanSaver } from './use-plan';

/** Takes the columns from a mapping that was used before, or gives this one a name for later. */
export function MappingBar({ known, plan }: { known: Import; plan: PlanSaver }) {
  const text = useText();
  const format = useFormats();
  const { data = [] } = useQuery(importMappingsQuery);
  const [isNaming, setNaming] = useState(false);
  const entries: MenuEntries = data.map((it) => ({
    id: it.id,
    label: it.name,
    hint: format.ago(it.usedAt),
    isChosen: it.id === known.detected.mappingId,
    onAction: () => plan.change({ mappingId: it.id }),
  }));
  const from = data.find((it) => it.id === known.detected.mappingId);
  return (
    <div className="flex flex-wrap items-center gap-2">
      {from && (
        <span className="text-small text-muted">
          {text({ id: 'imports.mapping.from', defaultMessage: 'As with “{name}”' }, { name: from.name })}
        </span>
      )}
      {entries.length > 0 && (
        <MenuButton label={text({ id: 'imports.mapping.use', defaultMessage: 'Use a saved mapping' })} items={entries} size="small">
          {text({ id: 'imports.mapping.saved', defaultMessage: 'Saved mappings' })}
          <ChevronDown size={14} />
        </MenuButton>
      )}
      <Button size="small" icon={<BookmarkPlus size={14} />} onPress={() => setNaming(true)}>
        {text({ id: 'imports.mapping.save', defaultMessage: 'Save mapping' })}
      </Button>
      <NameDialog key={known.planVersion} known={known} isOpen={isNaming} onClose={() => setNaming(false)} />
    </div>
  );
}

function NameDialog({ known, isOpen, onClose }: { known: Import; isOpen: boolean; onClose: () => void }) {
  const text = useText();
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const save = useAction({
    label: (wanted: string) => text({ id: 'imports.mapping.done', defaultMessage: 'Saved the mapping {name}' }, { name: wanted }),
    request: (wanted: string, key) =>
      bodyOf(api.POST('/import-mappings', { body: { importId: known.id, name: wanted }, headers: { 'Idempotency-Key': key } })),
    settle: () => void cache.invalidateQueries({ queryKey: importMappingsQuery.queryKey }),
    refused: (refusal) => {
      setProblem(refusal);
      return true;
    },
  });
  const reason = name.trim() === '' ? text({ id: 'imports.mapping.noName', defaultMessage: 'Give the mapping a name.' }) : undefined;
  const run = async () => {
    if (reason !== undefined) return;
    const { state } = await save.run(name.trim());
    if (state === 'done') onClose();
  };
  const error = sentence(problem?.errors['name']);
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      size="small"
      title={text({ id: 'imports.mapping.title', defaultMessage: 'Save this mapping' })}
      lead={text({ id: 'imports.mapping.lead', defaultMessage: 'A file with the same columns is read like this one by itself. With a name, you can choose it for other files too.' })}
      onConfirm={() => void run()}
      footer={
        <>
          <Button onPress={onClose}>{text({ id: 'imports.cancel', defaultMessage: 'Cancel' })}</Button>
          <Button tone="primary" isPending={save.pending} reason={reason} onPress={() => void run()}>
            {text({ id: 'imports.mapping.do', defaultMessage: 'Save mapping' })}
          </Button>
        </>
      }
    >
      <TextField
        autoFocus
        label={text({ id: 'imports.mapping.name', defaultMessage: 'Name' })}
        value={name}
        maxLength={100}
        onChange={(typed) => {
          setName(typed);
          setProblem(undefined);
        }}
        {...(error !== undefined && { error })}
      />
      {problem && error === undefined && <Banner tone="danger">{problem.detail}</Banner>}
    </Dialog>
  );
}
