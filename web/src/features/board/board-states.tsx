import { Lock, SearchX, TriangleAlert } from 'lucide-react';
import { Problem } from '~/api/client';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';

/** The filter leaves nothing. */
export function NoneMatch({ onClear }: { onClear: () => void }) {
  const text = useText();
  const action = <Button onPress={onClear}>{text({ id: 'board.none.clear', defaultMessage: 'Clear the filters' })}</Button>;
  return (
    <EmptyState icon={<SearchX size={20} />} title={text({ id: 'board.none', defaultMessage: 'No lead matches' })} level={2} action={action} />
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
