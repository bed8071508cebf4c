import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { RotateCw, TriangleAlert } from 'lucide-react';
import { asProblem } from '~/api/client';
import { useTitle } from '~/app/title';
import { useText } from '~/i18n';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/empty-state';

/** A screen that could not be shown: the cause, the number to quote, and another try. */
export function Failure({ error, reset }: ErrorComponentProps) {
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

/** An address that leads nowhere. */
export function NotFound() {
  const text = useText();
  const router = useRouter();
  const title = text({ id: 'not-found.title', defaultMessage: 'There is nothing at this address' });
  useTitle(title);
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        level={2}
        title={title}
        action={
          <Button tone="primary" onPress={() => void router.navigate({ to: '/' })}>
            {text({ id: 'not-found.home', defaultMessage: 'Go to the board' })}
          </Button>
        }
      >
        {text({ id: 'not-found.why', defaultMessage: 'It was removed, or the address is mistyped.' })}
      </EmptyState>
    </main>
  );
}
