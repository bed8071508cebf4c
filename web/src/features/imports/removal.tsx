import { useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api } from '~/api/client';
import { type Import, importQuery, importsQuery } from '~/api/queries/imports';
import { toast } from '~/app/toast';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { ConfirmDialog } from '~/ui/dialog';
import { explain, useOfflineReason } from './parts';
import { hasRun, isAtWork } from './steps';

/** Removes an import with its file, never a lead. */
export function RemoveImport({ known, onLeave }: { known: Import; onLeave: () => void }) {
  const text = useText();
  const cache = useQueryClient();
  const offline = useOfflineReason();
  const [isAsked, setAsked] = useState(false);
  const busy = isAtWork(known.state)
    ? text({ id: 'imports.remove.busy', defaultMessage: 'It is at work. Stop it first.' })
    : undefined;
  const remove = async () => {
    await api.DELETE('/imports/{id}', { params: { path: { id: known.id } } });
    toast({ tone: 'success', text: text({ id: 'imports.removed', defaultMessage: 'Removed the import of {name}' }, { name: known.name }) });
    onLeave();
    cache.removeQueries({ queryKey: importQuery(known.id).queryKey });
    await cache.invalidateQueries({ queryKey: importsQuery.queryKey });
  };
  return (
    <>
      <Button icon={<Trash2 size={15} />} reason={busy ?? offline} onRefused={explain} onPress={() => setAsked(true)}>
        {text({ id: 'imports.remove', defaultMessage: 'Remove import' })}
      </Button>
      <ConfirmDialog
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        title={text({ id: 'imports.remove.title', defaultMessage: 'Remove the import of {name}?' }, { name: known.name })}
        lead={
          hasRun(known.state)
            ? text({ id: 'imports.remove.ran', defaultMessage: 'The file and the report are removed. The leads stay, and the import cannot be undone from here any more.' })
            : text({ id: 'imports.remove.lead', defaultMessage: 'The file is removed from the server. No lead changes.' })
        }
        action={text({ id: 'imports.remove.do', defaultMessage: 'Remove import' })}
        onConfirm={remove}
      />
    </>
  );
}
