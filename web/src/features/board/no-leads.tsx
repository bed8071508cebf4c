import { Inbox } from 'lucide-react';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { type Beginning, EmptyState, WithBeside } from '~/ui/empty-state';

/** Nothing has come in yet. */
export function NoLeads({ onAdd, beginning }: { onAdd?: () => void; beginning: Beginning | undefined }) {
  const text = useText();
  const { can } = useSession();
  return (
    <WithBeside beside={beginning?.beside}>
      <EmptyState
        icon={<Inbox size={20} />}
        level={2}
        title={text({ id: 'board.first', defaultMessage: 'Here your leads will stand' })}
        action={
          <>
            {onAdd && can('leads:create') && (
              <Button tone="primary" onPress={onAdd}>
                {text({ id: 'board.first.add', defaultMessage: 'Add the first lead' })}
              </Button>
            )}
            {beginning?.action}
          </>
        }
      >
        {text({ id: 'board.first.why', defaultMessage: 'They come in by forms, webhooks and imports, or you add them by hand.' })}
      </EmptyState>
    </WithBeside>
  );
}
