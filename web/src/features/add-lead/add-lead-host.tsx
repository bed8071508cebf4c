import { useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, lazy, useEffect } from 'react';
import { useCommands } from '~/app/commands';
import { useSession } from '~/app/session';

const load = () => import('./add-lead-dialog');
const AddLeadDialog = lazy(load);

/** `?dialog=new` opens the dialog wherever one is; `c` and the palette do so too. */
export function AddLeadHost() {
  const { dialog } = useSearch({ strict: false }) as { dialog?: string };
  const navigate = useNavigate();
  const { can } = useSession();
  const change = (next: Record<string, unknown>, how: 'push' | 'replace') =>
    void navigate({
      to: '.',
      search: ((before: Record<string, unknown>) => ({ ...before, ...next })) as never,
      replace: how === 'replace',
    });
  useCommands([
    {
      id: 'lead.new',
      label: { id: 'lead.new', defaultMessage: 'New lead' },
      section: 'create',
      keys: 'c',
      when: () => can('leads:create'),
      run: () => change({ dialog: 'new' }, 'push'),
    },
  ]);
  useEffect(() => {
    const timer = setTimeout(() => load().catch(() => undefined), 2000);
    return () => clearTimeout(timer);
  }, []);
  const [name, stage] = (dialog ?? '').split(':');
  if (name !== 'new' || !can('leads:create')) return null;
  return (
    <Suspense>
      <AddLeadDialog
        stageId={stage}
        onClose={() => change({ dialog: undefined }, 'replace')}
        onOpen={(lead) => change({ lead, dialog: undefined }, 'replace')}
      />
    </Suspense>
  );
}
