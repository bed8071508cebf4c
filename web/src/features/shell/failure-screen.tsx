import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { RotateCw, TriangleAlert } from 'lucide-react';
import { asProblem } from '~/api/problem';
import { useTitle } from '~/app/title';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';

/** A screen that could not be shown: the cause, the number to quote, and another try. */
export default function Failure({ error, reset }: ErrorComponentProps) {
  const text = useText();
  const router = useRouter();
  const problem = asProblem(error);
  const title = text({ id: 'failure.title', defaultMessage: 'This cannot be shown right now' });
  useTitle(title);
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="grid min-h-full flex-1 place-items-center" role="alert">
      <EmptyState
        icon={<TriangleAlert size={20} />}
        level={2}
        title={title}
        action={
          <Button tone="primary" icon={<RotateCw size={15} />} onPress={again}>
            {text({ id: 'failure.retry', defaultMessage: 'Try again' })}
          </Button>
        }
      >
        <p>{problem.detail}</p>
        {problem.requestId && (
          <p className="mt-1 font-mono text-small">
            {text({ id: 'failure.request', defaultMessage: 'Request {id}' }, { id: problem.requestId })}
          </p>
        )}
      </EmptyState>
    </div>
  );
}
