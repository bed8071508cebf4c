import { Inbox, Lock, SearchX, TriangleAlert } from 'lucide-react';
import { Problem } from '~/api/client';
import { useSession } from '~/app/session';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { type Beginning, EmptyState, WithBeside } from '~/ui/empty-state';

/** The filter leaves nothing. */
export function NoneMatch({ onClear }: { onClear: () => void }) {
  const text = useText();
  const action = <Button onPress={onClear}>{text({ id: 'board.none.clear', defaultMessage: 'Clear the filters' })}</Button>;
  return (
    <EmptyState icon={<SearchX size={20} />} title={text({ id: 'board.none', defaultMessage: 'No lead matches' })} level={2} action={action} />
  );
}

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

/** The board may not be seen, or cannot be read. */
export function BoardFailure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const text = useText();
  const problem = error instanceof Problem ? error : undefined;
  if (problem?.status === 403) {
    return (
      <EmptyState icon={<Lock size={20} />} level={2} title={text({ id: 'board.refused', defaultMessage: 'You may not see leads' })}>
        {text({ id: 'board.refused.why', defaultMessage: 'It needs the right to view leads. An administrator of the workspace can give it to your role.' })}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<TriangleAlert size={20} />}
      level={2}
      title={text({ id: 'board.failed', defaultMessage: 'The board could not be loaded' })}
      action={<Button onPress={onRetry}>{text({ id: 'board.failed.retry', defaultMessage: 'Try again' })}</Button>}
    >
      <p>{problem?.unreachable ? text({ id: 'board.failed.offline', defaultMessage: 'The server does not answer.' }) : error.message}</p>
      {problem?.requestId && <p className="text-small">{problem.requestId}</p>}
    </EmptyState>
  );
}
